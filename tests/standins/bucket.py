"""A stand-in for S3 on this machine, with an empty bucket "shared"."""

from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

BUCKET = "shared"


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """Serve it in the body. Yields the variables by which clients find it."""
    import boto3

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    place = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    try:
        client = boto3.client(
            "s3",
            endpoint_url=place["AWS_ENDPOINT_URL"],
            region_name=place["AWS_DEFAULT_REGION"],
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )
        client.create_bucket(Bucket=BUCKET)
        client.close()
        yield keys | place
    finally:
        server.stop()
