#!/usr/bin/env python3
"""A second, naive writer of sealed chunks, made from docs/formats/sealed-chunk.md alone.

Fills `sealed` in sealed-chunk.json, so that the golden bytes do not come from the code they test.
Usage: make_sealed_chunk.py [--check]
"""
import json
import pathlib
import struct
import sys

FK = (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC)


def sbox():
    """SM4's S-box: an affine map, inversion in GF(2^8) modulo x^8+x^7+x^6+x^5+x^4+x^2+1, the map again."""
    def multiply(a, b):
        out = 0
        while b:
            if b & 1:
                out ^= a
            a <<= 1
            if a & 0x100:
                a ^= 0x1F5
            b >>= 1
        return out

    def affine(x):
        out = 0
        for i in range(8):
            row = ((0xA7 << i) | (0xA7 >> (8 - i))) & 0xFF
            out |= (bin(row & x).count("1") & 1) << i
        return out ^ 0xD3

    inverse = [0] * 256
    for a in range(1, 256):
        inverse[a] = next(b for b in range(1, 256) if multiply(a, b) == 1)
    return [affine(inverse[affine(x)]) for x in range(256)]


SBOX = sbox()
assert SBOX[:4] == [0xD6, 0x90, 0xE9, 0xFE]


def rotl(x, n):
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def tau(x):
    return int.from_bytes(bytes(SBOX[b] for b in x.to_bytes(4, "big")), "big")


def round_keys(key):
    k = [w ^ f for w, f in zip(struct.unpack(">4I", key), FK)]
    for i in range(32):
        ck = int.from_bytes(bytes((4 * i + j) * 7 % 256 for j in range(4)), "big")
        t = tau(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ ck)
        k.append(k[i] ^ t ^ rotl(t, 13) ^ rotl(t, 23))
    return k[4:]


def encrypt_block(keys, block):
    x = list(struct.unpack(">4I", block))
    for rk in keys:
        t = tau(x[1] ^ x[2] ^ x[3] ^ rk)
        x = x[1:] + [x[0] ^ t ^ rotl(t, 2) ^ rotl(t, 10) ^ rotl(t, 18) ^ rotl(t, 24)]
    return struct.pack(">4I", *reversed(x))


def gf_multiply(x, y):
    z = 0
    for i in range(128):
        if y >> (127 - i) & 1:
            z ^= x
        x = (x >> 1) ^ (0xE1 << 120 if x & 1 else 0)
    return z


def sm4_gcm(key, nonce, associated, plain):
    keys = round_keys(key)
    h = int.from_bytes(encrypt_block(keys, bytes(16)), "big")
    out = bytearray()
    for i in range(0, len(plain), 16):
        stream = encrypt_block(keys, nonce + struct.pack(">I", i // 16 + 2))
        out += bytes(p ^ s for p, s in zip(plain[i:i + 16], stream))
    def pad(data):
        return data + bytes(-len(data) % 16)
    blocks = pad(associated) + pad(bytes(out)) + struct.pack(">QQ", len(associated) * 8, len(out) * 8)
    tag = 0
    for i in range(0, len(blocks), 16):
        tag = gf_multiply(tag ^ int.from_bytes(blocks[i:i + 16], "big"), h)
    mask = int.from_bytes(encrypt_block(keys, nonce + struct.pack(">I", 1)), "big")
    return bytes(out) + (tag ^ mask).to_bytes(16, "big")


M64 = (1 << 64) - 1


def packed(values):
    base = min(values, default=0)
    width = (max(values, default=0) - base).bit_length()
    width = 64 if width > 56 else width
    bits = 0
    for i, v in enumerate(values):
        bits |= (v - base) << (i * width)
    return struct.pack(">QB", base & M64, width) + bits.to_bytes((len(values) * width + 7) // 8, "little")


def without_nulls(values):
    """A null repeats the value before it; nulls in front repeat the first value."""
    last = next((v for v in values if v is not None), 0)
    out = []
    for v in values:
        last = last if v is None else v
        out.append(last)
    return out


def first_seen(values):
    entries, codes = [], []
    for v in values:
        if v is None:
            codes.append(0)
            continue
        if v not in entries:
            entries.append(v)
        codes.append(entries.index(v))
    return entries, codes


TYPES = ["text", "int64", "decimal", "date", "datetime", "boolean"]


def values_of(encoding, values):
    if encoding == 1:
        return packed(without_nulls(values))
    if encoding == 2:
        v = without_nulls(values)
        return struct.pack(">Q", v[0] & M64) + packed([b - a for a, b in zip(v, v[1:])])
    if encoding == 3:
        texts = [(v or "").encode() for v in values]
        return packed([len(t) for t in texts]) + b"".join(texts)
    entries, codes = first_seen(values)
    head = struct.pack(">I", len(entries))
    if encoding == 4:
        texts = [e.encode() for e in entries]
        return head + packed([len(t) for t in texts]) + b"".join(texts) + packed(codes)
    return head + packed(entries) + packed(codes)


def sealed(case):
    values, rows = case["values"], len(case["values"])
    encoding = int(case["encoding"].split()[0])
    body = struct.pack(">BBBBI", TYPES.index(case["type"]), case["scale"], encoding, None in values, rows)
    if None in values:
        bits = sum((v is not None) << i for i, v in enumerate(values))
        words = (rows + 63) // 64
        bits |= ((1 << (words * 64)) - 1) ^ ((1 << rows) - 1)
        body += bits.to_bytes(words * 8, "little")
    body += values_of(encoding, values)
    plain = struct.pack(">BI", 0, len(body)) + body
    associated = b"sluice/chunk/v1"
    for name in ("dataset", "version", "column"):
        text = case[name].encode()
        associated += struct.pack(">H", len(text)) + text
    associated += struct.pack(">QI", case["number"], rows)
    nonce = bytes(4) + struct.pack(">Q", case["number"])
    return sm4_gcm(bytes.fromhex(case["key"]), nonce, associated, plain).hex()


def main():
    path = pathlib.Path(__file__).with_name("sealed-chunk.json")
    cases = json.loads(path.read_text(encoding="utf-8"))
    for case in cases:
        expected = sealed(case)
        if "--check" in sys.argv and case["sealed"] != expected:
            sys.exit("differs: " + case["encoding"])
        case["sealed"] = expected
    if "--check" not in sys.argv:
        lines = [json.dumps(c, ensure_ascii=False) for c in cases]
        path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
