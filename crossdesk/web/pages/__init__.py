"""One folder for each page: views, forms and the cards that its templates draw."""
