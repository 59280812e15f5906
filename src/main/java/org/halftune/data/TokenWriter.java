package org.halftune.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;
import org.halftune.files.FileProblem;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link TokenStore}. Tokens stay on the heap up to a limit. Beyond it they are written to a file, which the
 * store maps, so that a data set may be larger than memory.
 *
 * <p>The file is unlinked as soon as it is open (on Windows, when it is closed), so the system frees it even if the
 * program crashes, and no other run can find it.
 */
final class TokenWriter implements AutoCloseable {
    private static final long MOST_ON_HEAP = 64 << 20;
    private static final int SPILL_INTS = 1 << 18;

    private final @Nullable Path folder; // null: always on the heap
    private final int limit;
    private int[] buffer;
    private int buffered;
    private final IntSeries lengths = new IntSeries();
    private long[] places = new long[64];
    private long written; // in ints, buffered ones included
    private @Nullable FileChannel file;

    TokenWriter(@Nullable Path folder, long bytesOnHeap) {
        this.folder = folder;
        this.limit = (int) Math.min(Integer.MAX_VALUE - 8, bytesOnHeap / 4);
        this.buffer = new int[Math.min(1 << 12, limit)];
    }

    static TokenWriter onHeap() {
        return new TokenWriter(null, Long.MAX_VALUE);
    }

    /**
     * Keeps up to 64 MiB on the heap, or an eighth of a heap smaller than 512 MiB.
     *
     * @param folder where the file is created if it is needed
     */
    static TokenWriter spillingInto(Path folder) {
        return new TokenWriter(
                folder, Math.min(MOST_ON_HEAP, Runtime.getRuntime().maxMemory() / 8));
    }

    /** Number of examples added. */
    int size() {
        return lengths.size();
    }

    /** @throws org.halftune.problem.InputError if the file cannot be written */
    void add(Example example) {
        int n = example.length();
        boolean labelsAreIds = Arrays.equals(example.inputIds(), example.labels());
        int index = lengths.size();
        if (index % TokenStore.STRIDE == 0) {
            int slot = index / TokenStore.STRIDE;
            if (slot == places.length) places = Arrays.copyOf(places, slot + slot / 2);
            places[slot] = written;
        }
        lengths.add(labelsAreIds ? n | TokenStore.LABELS_ARE_IDS : n);
        append(example.inputIds());
        if (!labelsAreIds) append(example.labels());
    }

    private void append(int[] values) {
        if ((long) buffered + values.length > buffer.length) makeRoom(values.length);
        System.arraycopy(values, 0, buffer, buffered, values.length);
        buffered += values.length;
        written += values.length;
    }

    private void makeRoom(int count) {
        long needed = (long) buffered + count;
        if (file == null && needed <= limit) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(limit, Math.max(needed, 2L * buffer.length)));
            return;
        }
        spill();
        int room = Math.max(SPILL_INTS, count);
        if (buffer.length != room) buffer = new int[room];
    }

    private void spill() {
        try {
            if (file == null) file = open();
            var bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());
            for (int from = 0; from < buffered; ) {
                int count = Math.min(bytes.capacity() / 4, buffered - from);
                bytes.clear().limit(4 * count);
                bytes.asIntBuffer().put(buffer, from, count);
                while (bytes.hasRemaining()) file.write(bytes);
                from += count;
            }
            buffered = 0;
        } catch (IOException e) {
            throw FileProblem.writing(place(), 4 * written, e);
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(
                place().resolve(".halftune-tokens-" + UUID.randomUUID()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    private Path place() {
        if (folder == null) throw new IllegalStateException("no folder for " + written + " tokens");
        return folder;
    }

    /** The store of all added examples. Nothing can be added afterwards. */
    TokenStore finish() {
        lengths.trim();
        return new TokenStore(
                file == null ? MemorySegment.ofArray(Arrays.copyOf(buffer, buffered)) : mapped(file), lengths, places);
    }

    private MemorySegment mapped(FileChannel channel) {
        spill();
        buffer = new int[0];
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        } catch (IOException e) {
            throw FileProblem.reading(place(), e);
        }
    }

    /** Whether tokens were written to a file. */
    boolean spilled() {
        return file != null;
    }

    /** Closes the file. A mapped store stays valid. */
    @Override
    public void close() {
        if (file == null) return;
        try {
            file.close();
        } catch (IOException e) {
            throw FileProblem.writing(place(), 4 * written, e);
        }
    }

    /** The folder or its nearest existing parent if that is writable, else the folder for temporary files. */
    static Path folderNear(Path folder) {
        for (Path near = folder.toAbsolutePath(); near != null; near = near.getParent()) {
            if (Files.isDirectory(near)) {
                if (Files.isWritable(near)) return near;
                break;
            }
        }
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
