"""The reader's end of an OSDP secure channel (OSDP 2.2, annex D; AES-128), written apart from libosdp."""

from __future__ import annotations

import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
MAC_SENT = 4  # bytes of the authentication code that travel


class Session:
    """One channel. The code of every message is chained to the one before it, so none can be played again."""

    def __init__(self, key: bytes, challenge: bytes) -> None:
        self._theirs = challenge
        self._ours = secrets.token_bytes(8)
        self._enc, self._mac1, self._mac2 = (
            _one(key, bytes(kind) + challenge[:6] + bytes(8)) for kind in ((0x01, 0x82), (0x01, 0x01), (0x01, 0x02))
        )
        self._command_mac = bytes(BLOCK)
        self._reply_mac = bytes(BLOCK)
        self.active = False

    def answer(self) -> bytes:
        """RND.B and the reader's cryptogram."""
        return self._ours + _one(self._enc, self._theirs + self._ours)

    def accept(self, cryptogram: bytes) -> bytes | None:
        """The first authentication code, or None where the panel does not know the key."""
        if not hmac.compare_digest(cryptogram, _one(self._enc, self._ours + self._theirs)):
            return None
        self._reply_mac = _one(self._mac2, _one(self._mac1, cryptogram))
        self.active = True
        return self._reply_mac

    def opened(self, message: bytes, code: bytes, data: bytes) -> bytes | None:
        """The data of a command, or None where its authentication code is not right."""
        mac = self._mac(message, self._reply_mac)
        if not hmac.compare_digest(mac[:MAC_SENT], code):
            return None
        self._command_mac = mac
        return _stripped(_cbc(self._enc, _inverted(self._reply_mac), data, False)) if data else b""

    def closed(self, data: bytes) -> bytes:
        """The data of a reply, encrypted."""
        padded = data + b"\x80"
        return _cbc(self._enc, _inverted(self._command_mac), padded + bytes(-len(padded) % BLOCK), True)

    def code(self, message: bytes) -> bytes:
        """The authentication code of a reply."""
        self._reply_mac = self._mac(message, self._command_mac)
        return self._reply_mac[:MAC_SENT]

    def _mac(self, message: bytes, start: bytes) -> bytes:
        if len(message) % BLOCK:
            message += b"\x80"
        message += bytes(-len(message) % BLOCK)
        head, tail = message[:-BLOCK], message[-BLOCK:]
        if head:
            start = _cbc(self._mac1, start, head, True)[-BLOCK:]
        return _cbc(self._mac2, start, tail, True)


def _one(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # one block: the standard's key derivation
    return encryptor.update(block) + encryptor.finalize()


def _cbc(key: bytes, start: bytes, data: bytes, encrypts: bool) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CBC(start))
    context = cipher.encryptor() if encrypts else cipher.decryptor()
    return context.update(data) + context.finalize()


def _inverted(block: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in block)


def _stripped(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[:-1]
