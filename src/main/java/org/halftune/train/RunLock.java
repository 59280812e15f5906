package org.halftune.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Consumer;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.files.HostName;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Locks the output folder, so that two runs do not write to it at the same time. The lock is the operating system's lock on the file,
 * not the file itself, so a file left by a killed run does not block others. The file is deleted when the run ends.
 *
 * <p>POSIX releases a process's locks on a file when the process closes any channel to it. So a locked file is never opened again
 * here.
 */
public final class RunLock implements AutoCloseable {
    public static final String FILE = ".halftune.lock";

    private final Path file;
    private final @Nullable FileChannel channel;

    private RunLock(Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Throws {@link InputError} if another process has locked {@code folder}. Must not be called while this process holds the lock.
     */
    public static void requireFree(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file) || !Files.isWritable(file)) return;
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = tryLock(channel)) {
            if (lock == null) throw taken(file);
        } catch (IOException e) {
            // The file was deleted, or the file system has no locks, which is reported when the run takes the lock.
        }
    }

    /**
     * Takes the lock of an existing folder.
     *
     * @param notice receives a notice if the file system has no locks, like some network file systems
     * @throws InputError if another run holds the lock
     */
    public static RunLock take(Path folder, Consumer<String> notice) {
        Path file = folder.resolve(FILE);
        try {
            while (true) {
                var lock = attempt(file);
                if (lock != null) return lock;
            }
        } catch (LockingFailed e) {
            notice.accept("the output folder cannot be locked (" + e.getMessage()
                    + "): make sure that no other run writes to " + folder);
            return new RunLock(file, null);
        } catch (IOException e) {
            throw FileProblem.writing(file, 0, e);
        }
    }

    /** Null if an ending run deleted the file after it was opened here, so that the lock is on a deleted file. */
    private static @Nullable RunLock attempt(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean kept = false;
        try {
            Object opened = Files.readAttributes(file, "*").getOrDefault("fileKey", "");
            if (lock(channel) == null) throw taken(file);
            if (!Files.exists(file)) return null;
            Object now = Files.readAttributes(file, "*").getOrDefault("fileKey", "");
            if (!Objects.equals(opened, now)) return null;
            var since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            String owner =
                    "process " + ProcessHandle.current().pid() + " on " + HostName.get() + " since " + since + "\n";
            channel.truncate(0);
            AtomicFile.writeFully(channel, ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)));
            kept = true;
            return new RunLock(file, channel);
        } catch (NoSuchFileException e) {
            return null;
        } finally {
            if (!kept) channel.close();
        }
    }

    /** The file system has no locks. */
    private static final class LockingFailed extends IOException {
        private static final long serialVersionUID = 1;

        LockingFailed(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws LockingFailed {
        try {
            return tryLock(channel);
        } catch (IOException e) {
            throw new LockingFailed(e);
        }
    }

    /** Null if it is held by another process, or by another run of this process. */
    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static InputError taken(Path file) {
        String owner = "";
        try {
            owner = Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            // Report the error without the owner.
        }
        return new InputError(
                "another run is writing to the output folder" + (owner.isEmpty() ? "" : ": " + owner),
                String.valueOf(file.getParent()),
                "wait until it ends, or choose another --output_dir");
    }

    /** Deletes the file before releasing the lock, so that the next run creates a new one. */
    @Override
    public void close() {
        if (channel == null) return;
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            // A remaining file is no longer locked.
        }
    }
}
