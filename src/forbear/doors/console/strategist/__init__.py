"""Decision tables read, edited, checked, tried on the book, approved and taken back."""
