"""Writes the Parquet files that ParquetRowsTest reads. Run in this folder; needs pyarrow (25.0.1 wrote the files here)."""

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq

text = pa.table({"text": ["Once upon a time.", "", None, "ä東🙂"]})
pq.write_table(text, "text_none.parquet", compression="none")
pq.write_table(text, "text_snappy.parquet", compression="snappy")
pq.write_table(text, "text_zstd.parquet", compression="zstd")
pq.write_table(text, "text_gzip.parquet", compression="gzip", data_page_version="2.0")
pq.write_table(text, "text_brotli.parquet", compression="brotli")

message = pa.struct([("role", pa.string()), ("content", pa.string()), ("tools", pa.list_(pa.string()))])
chat = pa.table(
    {
        "messages": pa.array(
            [
                [
                    {"role": "user", "content": "hi", "tools": None},
                    {"role": "assistant", "content": "hello", "tools": ["a", None]},
                ],
                [],
                None,
                [{"role": "user", "content": None, "tools": []}],
            ],
            pa.list_(message),
        ),
        "id": pa.array([1, 2, None, 4], pa.int32()),
    }
)
pq.write_table(chat, "messages.parquet", compression="zstd")

kinds = pa.table(
    {
        "int64": pa.array([2**53 + 1, None], pa.int64()),
        "uint32": pa.array([2**32 - 1, 0], pa.uint32()),
        "uint64": pa.array([2**64 - 1, 0], pa.uint64()),
        "time": pa.array([datetime.datetime(2024, 2, 29, 12), None], pa.timestamp("us", tz="UTC")),
        "double": pa.array([0.1, float("nan")], pa.float64()),
        "float": pa.array([0.5, None], pa.float32()),
        "bool": pa.array([True, False]),
        "input_ids": pa.array([[1, 2, 3], [4]], pa.list_(pa.int32())),
        "large": pa.array(["large", None], pa.large_string()),
        "bytes": pa.array([b"text", b"\xff\x00"], pa.binary()),
        "day": pa.array([datetime.date(2024, 2, 29), None]),
        "price": pa.array([decimal.Decimal("1.50"), None]),
        "map": pa.array([[("a", 1), ("b", None)], []], pa.map_(pa.string(), pa.int32())),
        "deep": pa.array([[[["x"], []], None], []], pa.list_(pa.list_(pa.list_(pa.string())))),
        "struct": pa.array([{"inner": {"leaf": "v"}}, {"inner": None}]),
    }
)
pq.write_table(kinds, "kinds.parquet", compression="snappy")

# Nothing may be missing here: structs and lists that are required have fewer levels.
inner = pa.struct([pa.field("role", pa.string(), nullable=False), pa.field("content", pa.string())])
required = pa.schema(
    [
        pa.field("turn", pa.struct([pa.field("inner", inner, nullable=False)]), nullable=False),
        pa.field("turns", pa.list_(pa.field("element", inner, nullable=False)), nullable=False),
    ]
)
turn = {"role": "user", "content": None}
rows = [{"turn": {"inner": turn}, "turns": [turn, {"role": "a", "content": "b"}]}, {"turn": {"inner": turn}, "turns": []}]
pq.write_table(pa.Table.from_pylist(rows, schema=required), "required.parquet")

many = pa.table({"text": [f"row {i % 7} {'x' * (i % 50)}" for i in range(500)], "n": list(range(500))})
pq.write_table(many, "groups.parquet", compression="zstd", row_group_size=90, data_page_size=256, use_dictionary=["text"])
