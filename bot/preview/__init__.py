"""`bot preview`: a page on this machine that shows staff their answers as people will see them."""
