"""Who is who across teams, and how many entries each person has.

`mention` is a member as one entry states it, `identity` joins mentions into persons by exact
evidence, `aliases` is what the organizers know, `names` and `similar` find what merely looks
alike, and `census` counts.
"""
