"""Asks a gRPC server over TLS whether it is live, with Triton's client, unchanged.

Arguments: the address, the authority's certificate, and for mutual TLS the client's key and certificate. Writes "live" or the status
of the failure.
"""

import sys

import tritonclient.grpc as triton


def main():
    address, authority = sys.argv[1:3]
    key, chain = sys.argv[3:5] if len(sys.argv) > 3 else (None, None)
    client = triton.InferenceServerClient(
        address, ssl=True, root_certificates=authority, private_key=key, certificate_chain=chain
    )
    try:
        print("live" if client.is_server_live(client_timeout=20) else "not live")
    except triton.InferenceServerException as error:
        print(error.status())


if __name__ == "__main__":
    main()
