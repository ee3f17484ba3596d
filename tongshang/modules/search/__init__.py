"""Finding goods, shops, contents and presents by what people type: words, sounds, slips of the pen.

Owns    search_documents, search_terms, search_synonyms, search_askings, search_recents.
Offers  the index built anew (rebuild), and what is found for a query.
Not     what a card shows (surfaces), who saw it (compass), what may not be shown (governance).
"""
