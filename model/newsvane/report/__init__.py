"""Everything newsvane shows. Nothing else in the library makes text for people."""
