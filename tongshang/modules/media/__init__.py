"""Pictures and videos that people bring: checked by what is in them, kept once, found by their name.

Owns   pictures, videos, and the files under the platform's home/media.
Offers keeping pictures for an owner, telling our urls from others', how long a video lasts.
Not    what a picture shows (governance), where it is shown (catalog, surfaces).
"""
