"""The texts that sequences use, by class. A class is a way in which implementations treat texts.

Most texts resemble each other, so that an implementation that compares them carelessly takes one
for the other.

A text that a sentence quotes contains no quotation mark, and no character that Gherkin changes.
"""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]

CONNECTION_NAMES: Words = {
    "plain": ("machine", "robot", "hall"),
    "letter case": ("Machine", "MACHINE"),
    "prefix": ("machine 2", "mach"),
    "white space": (" machine", "machine "),
    "not ASCII": ("mäquina", "機械"),
    "number": ("1", "01"),
    "key word": ("default", "null", "true"),
}
EVENT_NAMES: Words = {
    "plain": ("news",),
    "letter case": ("News", "NEWS"),
    "prefix": ("new", "newspaper"),
    "white space": (" news", "news ", "ne ws"),
    "not ASCII": ("néws", "ニュース"),
    "number": ("42", "042"),
    "key word": ("true", "null", "message", "event", "error"),
    "punctuation": ("news.", "ne:ws", "ne,ws", "news*", "[news]", "$news"),
}
NAMESPACES: Words = {
    "default": ("/",),
    "plain": ("/chat", "/news"),
    "letter case": ("/Chat",),
    "prefix": ("/chatroom", "/chat/room"),
    "not ASCII": ("/été",),
    "number": ("/42",),
}
MESSAGES: Words = {
    "plain": ("hello",),
    "repeated": ("same", "same"),
    "empty": ("",),
    "white space": (" padded ", " "),
    "number": ("007", "1e3", "-0"),
    "key word": ("true", "null", "undefined"),
    "not ASCII": ("Zoë 👍🏽", "ﬁ"),
    "like JSON": ("[1, 2]", "{}", "{'a': 1}"),
    "like a packet": ("0", "41", "2[x]", "3probe"),
}
ERROR_MESSAGES: Words = {
    "plain": ("denied",),
    "empty": ("",),
    "white space": (" try again ",),
    "not ASCII": ("zurückgewiesen",),
}
