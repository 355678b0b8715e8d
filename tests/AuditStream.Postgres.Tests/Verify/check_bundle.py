"""Checks a bundle of `auditstream prove` with nothing but Python: docs/PROOFS.md in another language. Usage: check_bundle.py FILE [FINGERPRINT]"""
import base64, hashlib, json, sys

P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def sha256(data):
    return hashlib.sha256(data).digest()


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k, point):
    result = None
    while k:
        if k & 1:
            result = add(result, point)
        point, k = add(point, point), k >> 1
    return result


def is_signed(text, der, spki):
    point = int.from_bytes(spki[-64:-32], "big"), int.from_bytes(spki[-32:], "big")  # the key ends with 04, x, y
    r_length = der[3]
    r, s = int.from_bytes(der[4:4 + r_length], "big"), int.from_bytes(der[6 + r_length:], "big")
    if not (0 < r < N and 0 < s < N):
        return False
    e, w = int.from_bytes(sha256(text), "big"), pow(s, -1, N)
    found = add(times(e * w % N, G), times(r * w % N, point))
    return found is not None and found[0] % N == r


def root_of(node, index, last, path):
    for sibling in path:
        while index % 2 == 0 and index == last:  # a last node without a partner goes up as it is
            index, last = index // 2, last // 2
        node = sha256(b"\x01" + (sibling + node if index % 2 else node + sibling))
        index, last = index // 2, last // 2
    return node


def check(bundle, trusted):
    body, blocks = base64.b64decode(bundle["body"]), [text.encode() for text in bundle["blocks"]]
    assert json.loads(body)["event_id"] == bundle["event_id"], "another event"
    lines = [block.decode().split("\n") for block in blocks]
    root = root_of(sha256(b"\x00" + body), bundle["leaf_index"], int(lines[0][11]) - 1, [bytes.fromhex(h) for h in bundle["path"]])
    assert root.hex() == lines[0][12], "the body is not in the block"
    for before, text in zip(blocks, lines[1:]):
        assert text[4] == sha256(before).hex(), "a block does not follow the one before it"
    text, signature = bundle["checkpoint"].rsplit("\n\n", 1)
    text += "\n"
    assert f"{lines[-1][2]} {lines[-1][3]} {sha256(blocks[-1]).hex()}" in text.split("\n")[4:], "the checkpoint does not name the block"
    spki = base64.b64decode(bundle["public_key"])
    assert trusted in (None, sha256(spki).hex()), "another key"
    raw = base64.b64decode(signature.split()[2])
    assert raw[:4] == sha256(spki)[:4] and is_signed(text.encode(), raw[4:], spki), "the signature is wrong"
    print("proven:", bundle["event_id"], "key", sha256(spki).hex())


try:
    check(json.load(open(sys.argv[1])), sys.argv[2] if len(sys.argv) > 2 else None)
except AssertionError as problem:
    sys.exit(f"not proven: {problem}")
