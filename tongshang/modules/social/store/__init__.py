"""All statements of the room: people, chats, groups, reports."""
