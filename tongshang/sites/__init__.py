"""Pages for people, by audience. A page is a client of the endpoints: it decides nothing itself."""
