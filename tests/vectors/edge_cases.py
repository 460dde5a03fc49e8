"""Writes edge-cases.json: requests with the verdict they must get, computed by Python's hmac and cryptography.

    pip install cryptography==50.0.2 && python tests/vectors/edge_cases.py

The collected vectors (signatures.json) hold what providers document and test. These are the cases beside them: every
one is a request that some verifier in use is known to accept or refuse wrongly, or a reading that had to be chosen
(then `policy` says which).
"""

import base64
import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NOW = 1_700_000_000
T = str(NOW)
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
BODY = b'{"id":"evt_1","type":"test"}'
VECTORS = []


def mac(key, message, algorithm="sha256"):
    return hmac.new(key.encode() if isinstance(key, str) else key, message, algorithm)


def vector(name, provider, scheme, secrets, headers, body=BODY, reason=None, url=None, now=NOW, **rest):
    request = {"method": "POST", "url": url or f"https://api.example.com/webhooks/{provider}", "headers": headers}
    try:
        request["body"] = body.decode()
    except UnicodeDecodeError:
        request["body_base64"] = base64.b64encode(body).decode()
    expect = {"expect": "invalid", "reason": reason} if reason else {"expect": "valid"}
    VECTORS.append({"id": name, "provider": provider, "scheme": scheme, **expect, "secrets": secrets, "now": now,
                    "tolerance_s": 300, "request": request, **rest})


def stripe():
    def code(key="whsec_k", time=T, body=BODY):
        return mac(key, f"{time}.".encode() + body).hexdigest()

    def case(name, header, reason=None, secrets=("whsec_k",), **rest):
        vector(f"stripe-{name}", "stripe", "stripe-v1", list(secrets), {**JSON, "Stripe-Signature": header}, reason=reason, **rest)

    case("previous-secret", f"t={T},v1={code('old')}", secrets=["whsec_k", "old"])
    case("spaces-after-commas", f"t={T}, v1={code()}", policy="as Stripe.net: entries are trimmed")
    case("header-twice-joined", f"t={T},v1={code()},t={T},v1={code()}", "malformed_header")
    case("header-twice", [f"t={T},v1={code()}"] * 2, "ambiguous_headers")
    case("time-with-fraction", f"t={T}.0,v1={code(time=T + '.0')}", "malformed_header")
    case("time-negative", f"t=-1,v1={code(time='-1')}", "malformed_header")
    case("time-empty", f"t=,v1={code(time='')}", "malformed_header")
    case("no-code", f"t={T}", "no_signature_for_scheme")
    case("empty-code", f"t={T},v1=", "signature_mismatch")
    case("empty-header", "", "missing_header")
    case("unknown-entry", f"t={T},v1={code()},v9=x,foo=bar")
    case("empty-secret", f"t={T},v1={code('')}", "secret_missing", secrets=[""])
    case("no-secrets", f"t={T},v1={code()}", "secret_missing", secrets=[])
    case("empty-and-good-secret", f"t={T},v1={code()}", secrets=["", "whsec_k"])
    case("signed-by-the-empty-of-two", f"t={T},v1={code('')}", "signature_mismatch", secrets=["", "whsec_k"])
    case("past-edge", f"t={NOW - 300},v1={code(time=NOW - 300)}")
    case("past-beyond", f"t={NOW - 301},v1={code(time=NOW - 301)}", "timestamp_too_old")
    case("future-edge", f"t={NOW + 300},v1={code(time=NOW + 300)}")
    case("future-beyond", f"t={NOW + 301},v1={code(time=NOW + 301)}", "timestamp_in_future")
    case("time-huge", f"t={10**30},v1={code(time=10**30)}", "malformed_header")
    case("stale-and-forged", f"t={NOW - 301},v1={'0' * 64}", "signature_mismatch", policy="the signature is judged first")
    for name, body in (("not-utf8", b'{"a":"\xff"}'), ("crlf-and-emoji", '{\r\n"a":"😀"}\r\n'.encode())):
        case(name, f"t={T},v1={code(body=body)}", body=body)



def github():
    def case(name, headers, reason=None, secrets=("k",), scheme="github-sha256", **rest):
        vector(f"github-{name}", "github", scheme, list(secrets), {**JSON, **headers}, reason=reason, now=None, **rest)

    good = "sha256=" + mac("k", BODY).hexdigest()
    sha1 = "sha1=" + mac("k", BODY, "sha1").hexdigest()
    case("header-case", {"X-HUB-SIGNATURE-256": good})
    case("both-headers-of-which-sha256-is-wrong", {"x-hub-signature": sha1, "x-hub-signature-256": "sha256=" + "0" * 64},
         "signature_mismatch")
    case("sha1-under-the-sha256-name", {"x-hub-signature-256": sha1}, "malformed_header")
    case("list", {"x-hub-signature-256": f"{good},{good}"}, "ambiguous_headers", policy="GitHub never sends a list")
    case("truncated", {"x-hub-signature-256": good[:-2]}, "signature_mismatch")
    case("not-hex", {"x-hub-signature-256": "sha256=" + "z" * 64}, "signature_mismatch")
    case("empty-code", {"x-hub-signature-256": "sha256="}, "signature_mismatch")
    case("sha1-where-allowed", {"x-hub-signature": sha1}, scheme="github-sha1",
         policy="only for an endpoint whose settings allow it")
    case("blank-secret", {"x-hub-signature-256": "sha256=" + mac(" ", BODY).hexdigest()}, "secret_missing", secrets=[" "])


def slack():
    def case(name, time, code, reason=None, **rest):
        headers = {**JSON, "X-Slack-Request-Timestamp": time, "X-Slack-Signature": code}
        vector(f"slack-{name}", "slack", "slack-v0", ["k", "old"], headers, reason=reason, **rest)

    def code(time=T, key="k"):
        return "v0=" + mac(key, f"v0:{time}:".encode() + BODY).hexdigest()

    case("previous-secret", T, code(key="old"))
    case("future", str(NOW + 301), code(NOW + 301), "timestamp_in_future")
    case("no-prefix", T, code()[3:], "malformed_header")
    case("signature-twice", T, [code(), code()], "ambiguous_headers")
    case("time-twice-joined", f"{T},{T}", code(), "ambiguous_headers")
    case("time-with-space", f" {T}", code(f" {T}"), "malformed_header")
    case("time-empty", "", code(""), "missing_header")


def standard():
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"edge cases").digest())
    whpk = "whpk_" + base64.b64encode(private.public_key().public_bytes_raw()).decode()
    whsk = "whsk_" + base64.b64encode(private.private_bytes_raw()).decode()

    def signed(body, time=T, id="msg_1"):
        return f"{id}.{time}.".encode() + body

    def v1(body=BODY, time=T, key=key, id="msg_1"):
        return "v1," + base64.b64encode(mac(key, signed(body, time, id)).digest()).decode()

    def v1a(body=BODY, time=T):
        return "v1a," + base64.b64encode(private.sign(signed(body, time))).decode()

    def case(name, signature, reason=None, secrets=(whsec,), provider="standard-webhooks", family="webhook", headers=None,
             time=T, id="msg_1", **rest):
        mine = {f"{family}-id": id, f"{family}-timestamp": time, f"{family}-signature": signature}
        scheme = "standard-webhooks-v1a" if "whpk_" in "".join(secrets) else "standard-webhooks"
        vector(f"std-{name}", provider, scheme, list(secrets), {**JSON, **(mine if headers is None else headers)},
               reason=reason, **rest)

    wrong = "v1," + base64.b64encode(bytes(32)).decode()
    case("v1a", v1a(), secrets=[whpk])
    case("v1a-forged", "v1a," + base64.b64encode(bytes(64)).decode(), "signature_mismatch", secrets=[whpk])
    case("v1a-other-body", v1a(b"{}"), "signature_mismatch", secrets=[whpk])
    case("v1a-stale", v1a(time=NOW - 301), "timestamp_too_old", secrets=[whpk], time=str(NOW - 301))
    case("v1a-after-v1", f"{wrong} {v1a()}", secrets=[whpk])
    case("v1a-with-hmac-secret-only", v1a(), "no_signature_for_scheme")
    case("v1a-and-v1-secrets-v1-signed", v1(), secrets=[whpk, whsec])
    case("v1a-key-used-as-hmac-key", v1(key=private.public_key().public_bytes_raw()), "no_signature_for_scheme",
         secrets=[whpk], why="a public key is public: whoever knows it could sign")
    case("v1a-key-too-short", v1a(), "secret_invalid", secrets=["whpk_AAAA"])
    case("v1a-private-key-configured", v1a(), "secret_invalid", secrets=[whsk])
    case("v2-only", "v2," + v1()[3:], "no_signature_for_scheme")
    case("no-version", v1()[3:], "malformed_header")
    case("garbage-entry-beside-good", f"garbage {v1()}")
    case("double-space", f"{wrong}  {v1()}")
    case("header-twice-joined", f"{wrong},{v1()}", "ambiguous_headers")
    case("id-twice-joined", v1(id="msg_1,msg_2"), "ambiguous_headers", id="msg_1,msg_2")
    case("header-case", None, headers={"Webhook-Id": "msg_1", "Webhook-Timestamp": T, "Webhook-Signature": v1()})
    case("families-mixed", None, "ambiguous_headers",
         headers={"svix-id": "msg_1", "webhook-timestamp": T, "webhook-signature": v1()},
         policy="one complete family; svix 2.9.1 for Python takes each header from either")
    case("families-differ", None, "ambiguous_headers",
         headers={"webhook-id": "msg_1", "webhook-timestamp": T, "webhook-signature": v1(),
                  "svix-id": "msg_2", "svix-timestamp": T, "svix-signature": v1(id="msg_2")})
    case("families-equal", None, headers={f"{f}-{n}": v for f in ("webhook", "svix") for n, v in
                                          (("id", "msg_1"), ("timestamp", T), ("signature", v1()))})
    case("svix-family", v1(), provider="svix", family="svix")
    case("svix-incomplete", None, "missing_header", headers={"svix-id": "msg_1", "svix-signature": v1()})
    case("not-utf8", v1(b"\xff\xfe"), body=b"\xff\xfe", policy="bytes are signed; standardwebhooks 1.1.0 refuses")
    case("time-word", v1(time="hello"), "malformed_header", time="hello")
    case("time-with-fraction", v1(time=T + ".0"), "malformed_header", time=T + ".0")
    case("secret-with-newline", v1(), secrets=[whsec + "\n"])
    case("secret-url-safe-alphabet", v1(), "secret_invalid", secrets=["whsec_-_-_"])
    case("bad-and-good-secret", v1(), secrets=["whsec_!!!", whsec])
    case("no-secrets", v1(), "secret_missing", secrets=[])
    case("supabase-list-first", v1(), provider="supabase-auth", secrets=[f"v1,{whsec}|v1,{other}"])
    case("supabase-list-second", v1(), provider="supabase-auth", secrets=[f"v1,{other}|v1,{whsec}"])
    case("supabase-pair", v1a(), provider="supabase-auth", secrets=[f"v1a,{whpk}:{whsk}"])
    case("supabase-joined-list", f"{v1()}, {v1a()}", provider="supabase-auth", secrets=[f"v1a,{whpk}:{whsk}|v1,{other}"])
    case("supabase-empty-list", v1(), "secret_missing", provider="supabase-auth", secrets=["v1,whsec_|"])
    case("two-trailing-commas", v1() + ",,", "ambiguous_headers", policy="one trailing comma is tolerated")


def twilio():
    url = "https://api.example.com/webhooks/twilio/a"

    def sign(url, params=()):
        text = url + "".join(name + value for name, value in sorted(set(params)))
        return base64.b64encode(mac("k", text.encode(), "sha1").digest()).decode()

    def case(name, signature, reason=None, url=url, headers=FORM, body=b"A=1", scheme="twilio-form-sha1", secrets=("k",), **rest):
        sent = headers if signature is None else {**headers, "X-Twilio-Signature": signature}
        vector(f"twilio-{name}", "twilio", scheme, list(secrets), sent, body, reason, url, None, **rest)

    a = [("A", "1")]
    digest = hashlib.sha256(b"{}").hexdigest()
    hashed = f"{url}?bodySHA256={digest}"
    json_case = {"headers": JSON, "scheme": "twilio-body-sha256"}
    case("previous-secret", sign(url, a), secrets=["new", "k"])
    case("charset", sign(url, a), headers={"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"})
    case("http-80-added", sign("http://api.example.com:80/x", a), url="http://api.example.com/x")
    case("http-port-kept", sign("http://api.example.com:1234/x", a), url="http://api.example.com:1234/x")
    case("http-port-443-not-added", sign("http://api.example.com:443/x", a), "signature_mismatch", url="http://api.example.com/x")
    case("https-443-added", sign("https://api.example.com:443/x", a), url="https://api.example.com/x")
    case("userinfo-port-taken-away", sign("https://u:p@api.example.com/x", a), url="https://u:p@api.example.com:8443/x",
         policy="twilio-python cuts the user name off instead")
    case("other-scheme", sign("http://api.example.com/x", a), "signature_mismatch", url="https://api.example.com/x")
    case("query-re-encoded", sign(f"{url}?Body=It's%20here", a), url=f"{url}?Body=It%27s+here", policy="as twilio-node")
    case("query-apostrophe-encoded", sign(f"{url}?Body=It%27s+here", a), url=f"{url}?Body=It's+here", policy="as twilio-node")
    case("query-in-another-order", sign(f"{url}?b=2&a=1", a), "signature_mismatch", url=f"{url}?a=1&b=2")
    case("blank-value", sign(url, [("A", ""), ("B", "2")]), body=b"A=&B=2")
    case("name-without-value", sign(url, [("A", ""), ("B", "2")]), body=b"A&B=2")
    case("empty-segments", sign(url, a), body=b"&&A=1&")
    case("broken-percent", sign(url, [("A", "100%")]), body=b"A=100%")
    case("header-twice", [sign(url, a)] * 2, "ambiguous_headers")
    case("unpadded-signature", sign(url, a).rstrip("="), "signature_mismatch")
    case("empty-signature", "", "missing_header")
    case("empty-secret", sign(url, a), "secret_missing", secrets=[""])
    case("nothing-posted", sign(url), headers={}, body=b"")
    case("json-digest", sign(hashed), url=hashed, body=b"{}", **json_case)
    case("json-digest-of-empty-body", sign(f"{url}?bodySHA256={hashlib.sha256(b'').hexdigest()}"),
         url=f"{url}?bodySHA256={hashlib.sha256(b'').hexdigest()}", body=b"", **json_case)
    case("json-digest-blank", sign(f"{url}?bodySHA256="), "body_hash_missing", url=f"{url}?bodySHA256=", body=b"{}", **json_case)
    case("json-digest-not-hex", sign(f"{url}?bodySHA256=zz"), "body_hash_mismatch", url=f"{url}?bodySHA256=zz", body=b"{}", **json_case)
    case("json-empty-body-without-digest", sign(url), "body_hash_missing", body=b"", **json_case)
    case("no-content-type-with-body", sign(url), "body_hash_missing", headers={}, body=b"{}", scheme="twilio-body-sha256")
    case("json-resent-as-an-empty-form", sign(hashed), "body_hash_mismatch", url=hashed, body=b"",
         why="twilio-python ignores the digest of a form: a signed URL could be sent again without its body")
    case("form-with-its-digest", sign(f"{url}?bodySHA256={hashlib.sha256(b'A=1').hexdigest()}", a),
         url=f"{url}?bodySHA256={hashlib.sha256(b'A=1').hexdigest()}")


def tokens():
    goog = {"x-goog-channel-id": "c", "x-goog-resource-id": "r", "x-goog-resource-state": "exists", "x-goog-message-number": "2"}

    def calendar(name, headers, reason=None, secrets=("t", "old"), config=None):
        vector(f"gcal-{name}", "google-calendar", "channel-token", list(secrets), headers, b"", reason, now=None,
               config={"channel_id": "c", "resource_id": "r"} if config is None else config)

    calendar("previous-token", {**goog, "X-Goog-Channel-Token": "old"})
    calendar("no-token", goog, "missing_header")
    calendar("no-channel", {"x-goog-channel-token": "t", "x-goog-resource-id": "r"}, "missing_header")
    calendar("channel-not-configured", {**goog, "x-goog-channel-token": "t"}, config={})
    calendar("no-secrets", {**goog, "x-goog-channel-token": ""}, "missing_header", secrets=[])
    calendar("empty-secret", {**goog, "x-goog-channel-token": "t"}, "secret_missing", secrets=[""])
    calendar("token-with-query-form", {**goog, "x-goog-channel-token": "a=1&b=2"}, secrets=["a=1&b=2"])
    calendar("prefix-of-the-token", {**goog, "x-goog-channel-token": "tok"}, "token_mismatch", secrets=["token"])

    def row(name, value, reason=None, header="authorization", bearer=True, **rest):
        vector(f"supabase-db-{name}", "supabase-db", "shared-token", ["t"], {**JSON, header: value}, reason=reason, now=None,
               config={"header": header, "bearer": bearer}, **rest)

    row("bearer-lower-case", "bearer t")
    row("wrong", "Bearer u", "token_mismatch")
    row("without-scheme", "t", "malformed_header")
    row("basic", "Basic t", "malformed_header")
    row("own-header", "t", header="X-Webhook-Token", bearer=False)
    row("twice", ["Bearer t", "Bearer t"], "ambiguous_headers")

    def plain(name, scheme, key, header, reason=None, **config):
        vector(f"generic-{name}", "generic", scheme, [key], {**JSON, "x-signature": header}, reason=reason, now=None,
               config={"signature_header": "x-signature", **config})

    plain("sha1-hex", "hmac-sha1-hex", "k", mac("k", BODY, "sha1").hexdigest())
    plain("sha512-base64", "hmac-sha512-base64", "k", base64.b64encode(mac("k", BODY, "sha512").digest()).decode())
    plain("list-none-right", "hmac-sha256-hex-list", "k", "sha256=00,sha256=11", "signature_mismatch")
    plain("list-without-prefix", "hmac-sha256-hex-list", "k", "00,11", "malformed_header")
    plain("list-of-one-without-prefix", "hmac-sha1-hex-list", "k", mac("k", BODY, "sha1").hexdigest(),
          policy="as adnanh/webhook: a code that stands alone may lack its prefix")
    plain("upper-case-hex", "hmac-sha256-hex", "k", mac("k", BODY).hexdigest().upper())


for family in (stripe, github, slack, standard, twilio, tokens):
    family()
OUT = {
    "schema": "webhook-intake-vectors/1",
    "built_by": "edge_cases.py, with Python's hmac and the cryptography package",
    "vectors": VECTORS,
}
pathlib.Path(__file__).with_name("edge-cases.json").write_text(json.dumps(OUT, ensure_ascii=False, indent=1) + "\n")
print(len(VECTORS), "vectors")
