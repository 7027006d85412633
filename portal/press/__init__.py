"""What leaves the portal as a picture or on paper: posters (PDF), cards for messengers (PNG), QR codes.

Pure drawing: a module here is given facts and words that are translated already, and knows no table and no page.
"""
