"""What may be sold: categories, and products in two copies, a draft and the online one.

Owns   categories, products, product_copies, skus, product_shops, shelves
Offers offers, cards, sheets, list_newest, shop_of, categories, skus_of, add_products, list_products, add_categories, category_paths
Tells  ProductAudited, ProductListed, ProductChanged
Not    how many there are (inventory); who may promote it (league); what words are barred (governance)
"""
