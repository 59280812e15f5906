package org.halftune.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a safetensors file atomically and in pieces, with a megabyte of memory. Elements that have the target type are
 * copied; others are converted and rounded to nearest even.
 */
public final class SafetensorsWriter {
    private static final int PIECE = 1 << 18; // elements; 1 MB as floats
    private static final int ALIGNMENT = 8; // of the data in the file, required by the format

    private SafetensorsWriter() {}

    /**
     * Writes {@code tensors} to {@code file} with the metadata {@code {"format": "pt"}} that transformers looks for.
     *
     * @param content returns each tensor when it is written, with the given shape and any float type
     * @throws org.halftune.problem.InputError if a value does not fit the type; then no file is left
     * @throws org.halftune.problem.DiskFailure if the disk is full; then no file is left
     */
    public static void write(Path file, List<TensorInfo> tensors, Function<String, ? extends TensorStream> content) {
        // Wide elements first, so that every tensor is aligned to its element size.
        var order = tensors.stream()
                .sorted(Comparator.comparingInt((TensorInfo t) -> -t.dtype().bytes()))
                .toList();
        byte[] header = header(order);
        AtomicFile.write(file, size(tensors), channel -> {
            var length = ByteBuffer.allocate(Header.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            AtomicFile.writeFully(channel, length.putLong(header.length).flip());
            AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
            var converter = new ElementConverter(PIECE);
            var buffer = ByteBuffer.allocateDirect(4 * PIECE);
            for (var tensor : order) write(channel, tensor, content.apply(tensor.name()), converter, buffer);
        });
    }

    /** Size in bytes of the file that {@link #write} makes of {@code tensors}. */
    public static long size(List<TensorInfo> tensors) {
        long bytes = (long) Header.LENGTH_BYTES + header(tensors).length;
        for (var tensor : tensors) bytes = Math.addExact(bytes, tensor.bytes());
        return bytes;
    }

    private static byte[] header(List<TensorInfo> tensors) {
        ObjectNode json = StrictJson.object();
        json.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (var tensor : tensors) {
            ObjectNode entry = json.putObject(tensor.name());
            entry.put("dtype", tensor.dtype().name());
            var shape = entry.putArray("shape");
            for (long dim : tensor.shape().dims()) shape.add(dim);
            entry.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
            offset += tensor.bytes();
        }
        String text = json.toString();
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        int padding = Math.floorMod(-(Header.LENGTH_BYTES + length), ALIGNMENT);
        return (text + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    }

    private static void write(
            FileChannel channel, TensorInfo info, TensorStream tensor, ElementConverter converter, ByteBuffer buffer)
            throws IOException {
        if (!tensor.shape().equals(info.shape())) {
            throw new IllegalArgumentException(info.name() + " has shape " + tensor.shape() + ", not " + info.shape());
        }
        long[] done = {0};
        tensor.<IOException>forEachPiece(piece -> {
            write(channel, info, piece, done[0], converter, buffer);
            done[0] += piece.shape().elements();
        });
    }

    /** @param first index of the piece's first element in the tensor */
    private static void write(
            FileChannel channel,
            TensorInfo info,
            HostTensor piece,
            long first,
            ElementConverter converter,
            ByteBuffer buffer)
            throws IOException {
        DType dtype = info.dtype();
        long elements = piece.shape().elements();
        var target = MemorySegment.ofBuffer(buffer.clear());
        for (long from = 0; from < elements; from += PIECE) {
            int count = (int) Math.min(PIECE, elements - from);
            if (piece.dtype() == dtype) {
                long bytes = (long) count * dtype.bytes();
                MemorySegment.copy(piece.data(), from * dtype.bytes(), target, 0, bytes);
            } else {
                converter.convert(info.name(), piece, from, first, count, dtype, target);
            }
            AtomicFile.writeFully(channel, buffer.clear().limit(count * dtype.bytes()));
        }
    }
}
