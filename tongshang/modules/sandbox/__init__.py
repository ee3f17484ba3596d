"""The demo's open door: who one can be, with secrets and tokens, and a clock that can be moved.

Owns   sandbox_apps, sandbox_buyers; filled and answered by a demo only.
Offers furnishing apps and buyers that everybody may use.
Not    anything on a platform in earnest: there its paths do not exist.
"""
