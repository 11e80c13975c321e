"""One visual language for all pages: tokens, components, icons, and how money, days and codes are written."""
