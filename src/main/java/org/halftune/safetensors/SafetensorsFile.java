package org.halftune.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;
import org.halftune.tensor.HostTensor;

/**
 * One safetensors file, memory-mapped: opening reads the header alone, and an element is read from disk when it is
 * first touched. Tensors are views of the mapping and end with it at {@link #close}.
 */
public final class SafetensorsFile implements AutoCloseable {
    private final Path path;
    private final Header header;
    private final MemorySegment content;
    private final Map<String, Header.Placed> byName = new LinkedHashMap<>();
    private final Arena arena;

    private SafetensorsFile(Path path, Header header, MemorySegment content, Arena arena) {
        this.path = path;
        this.header = header;
        this.content = content;
        this.arena = arena;
        for (var tensor : header.tensors()) byName.put(tensor.info().name(), tensor);
    }

    /**
     * Maps the file and checks its header.
     *
     * @throws InputError if the file cannot be read or is not a valid safetensors file
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena is closed with this object
    public static SafetensorsFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new InputError(
                    "this is a folder, not a safetensors file", path.toString(), "use a file in this folder");
        }
        // Shared, because tensors are loaded by several threads.
        Arena arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new SafetensorsFile(path, Header.parse(path, content), content, arena);
        } catch (IOException e) {
            arena.close();
            throw FileProblem.reading(path, e);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /** All tensors in file order. */
    public List<TensorInfo> tensors() {
        return header.tensors().stream().map(Header.Placed::info).toList();
    }

    /** The tensors of types not in {@link org.halftune.tensor.DType}, which cannot be read. */
    public List<ForeignTensor> foreign() {
        return header.foreign();
    }

    /**
     * Name, type and shape of a tensor.
     *
     * @throws InputError if there is no such tensor
     */
    public TensorInfo info(String name) {
        return placed(name).info();
    }

    /**
     * The tensor, a read-only view of the file that may be read by any thread until {@link #close}.
     *
     * @throws InputError if there is none of that name
     */
    public HostTensor get(String name) {
        var placed = placed(name);
        var data = content.asSlice(header.dataStart() + placed.begin(), placed.end() - placed.begin());
        return new HostTensor(placed.info().dtype(), placed.info().shape(), data);
    }

    private Header.Placed placed(String name) {
        var placed = byName.get(name);
        if (placed == null)
            throw new InputError("the file has no tensor " + name, path.toString(), "use another copy of the file");
        return placed;
    }

    /** Unmaps the file. Tensors taken from it must no longer be used. */
    @Override
    public void close() {
        arena.close();
    }
}
