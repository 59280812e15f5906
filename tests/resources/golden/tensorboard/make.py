"""Makes writer.tfevents with TensorBoard's own writer: the bytes that EventFileTest expects of ours."""
import sys
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

events = [
    Event(wall_time=1764271351.25, file_version="brain.Event:2"),
    Event(wall_time=1764271351.5, step=300, session_log=SessionLog(status=SessionLog.START)),
    Event(
        wall_time=1764271352.75,
        step=300,
        summary=Summary(
            value=[
                Summary.Value(tag="train/loss", simple_value=2.4375),
                Summary.Value(tag="train/learning_rate", simple_value=2e-05),
            ]
        ),
    ),
    Event(wall_time=1764271353.0, summary=Summary(value=[Summary.Value(tag="eval/é", simple_value=0.0)])),
]
with open(sys.argv[1], "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())
    writer.flush()
