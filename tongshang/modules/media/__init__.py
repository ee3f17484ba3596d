"""Pictures that shops bring: checked by what is in them, kept once, found by their name.

Owns   pictures, and the files under the platform's home/media.
Offers keeping pictures for an owner, and telling our urls from others'.
Not    what a picture shows (governance), where it is shown (catalog, surfaces).
"""
