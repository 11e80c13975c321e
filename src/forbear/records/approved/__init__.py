"""What a second person granted, and what messages may therefore say."""
