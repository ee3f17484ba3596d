"""Live rooms: what happens while somebody shows goods, and what is left of it afterwards.

Owns   live_rooms, live_bookings, live_viewers, live_comments, live_muted, live_bag, live_marks,
       live_frames, flash_grants
Offers rooms_of, open_rooms, picture, Cameras
Tells  LiveBegan, LiveCheered, LiveEnded
Not    title, cover and author of a room (surfaces: a content), or its flash prices (discounts)
"""
