"""The SQL of search: documents, terms, and what people asked."""
