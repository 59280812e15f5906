package org.halftune.natives;

import java.io.IOException;
import java.net.JarURLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.halftune.problem.InputError;

/**
 * A shared library in a jar, which must be extracted to be loaded. It is extracted once, by atomic rename, into a
 * folder named after its checksum, and the checksum is verified before each use. So incomplete or foreign files are
 * never loaded.
 */
public enum NativeLibrary {
    /** OpenBLAS and the Fortran runtime, which it finds in the same folder. */
    OPENBLAS(
            "org/bytedeco/openblas/" + (isMac() ? "macosx-" : "linux-") + (isArm() ? "arm64" : "x86_64") + "/",
            List.of("openblas.0", "gfortran.5", "quadmath.0", "gcc_s.1")),

    /** Hugging Face's tokenizers, as packaged by DJL. */
    TOKENIZERS(
            "native/lib/" + (isMac() ? "osx-" : "linux-") + (isArm() ? "aarch64" : "x86_64") + "/cpu/",
            List.of("tokenizers")),

    /** JCuda's binding of the CUDA driver, in the version of the pom. JCuda has natives for no other platform. */
    JCUDA_DRIVER("lib/", List.of("JCudaDriver-12.6.0-linux-x86_64")),

    /** JCuda's binding of cuBLAS 12. */
    JCUBLAS("lib/", List.of("JCublas2-12.6.0-linux-x86_64"));

    private static final Pattern ABI_VERSION = Pattern.compile("(.*)(\\.\\d+)");

    private final String folderInJar;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> libraries;

    NativeLibrary(String folderInJar, List<String> libraries) {
        this.folderInJar = folderInJar;
        this.libraries = libraries;
    }

    /** A file in the jar. The checksum comes from the jar's directory, so the file need not be read. */
    private record Packed(JarURLConnection connection, JarEntry entry, String file) {}

    /** Extracts the libraries. Returns the path of the first one; the others are in the same folder. */
    public Path extract() {
        try {
            var packed = find();
            long key = 0;
            for (var p : packed) key = 31 * key + p.entry.getCrc();
            var folder = CacheFolder.path()
                    .resolve(name().toLowerCase(Locale.ROOT) + "-"
                            + HexFormat.of().toHexDigits(key));
            Files.createDirectories(folder);
            for (var p : packed) {
                var target = folder.resolve(p.file);
                try {
                    extract(p, target);
                } catch (IOException e) {
                    if (Files.exists(target)) throw cannotReplace(target, e);
                    throw e;
                }
            }
            return folder.resolve(packed.getFirst().file);
        } catch (IOException e) {
            throw new InputError(
                    "cannot extract a native library: " + e,
                    CacheFolder.path().toString(),
                    "set HALFTUNE_CACHE to a writable folder with 80 MB free");
        }
    }

    private static InputError cannotReplace(Path damaged, IOException cause) {
        return new InputError(
                "a native library in the cache differs from the one in the jar and cannot be replaced: " + cause,
                damaged.toString(),
                "delete it, or set HALFTUNE_CACHE to a writable folder with 80 MB free");
    }

    /** The error for an extracted library that cannot be loaded. */
    public InputError unusable(Path library, Throwable cause) {
        var message = reason(library, cause);
        // The loader's messages for files in a folder mounted noexec.
        boolean noexec = message.contains("failed to map segment") || message.contains("Operation not permitted");
        return new InputError(
                "cannot load a native library: " + message,
                library.toString(),
                noexec
                        ? "set HALFTUNE_CACHE to a folder that is not mounted noexec"
                        : "on Linux, use a system with glibc (musl, as in Alpine, is not supported)");
    }

    /** The loader's reason. {@code java.lang.foreign} only says that a library cannot be opened. */
    private static String reason(Path library, Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        try {
            System.load(library.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError e) {
            message = String.valueOf(e.getMessage());
        }
        var prefix = library + ": ";
        int at = message.lastIndexOf(prefix);
        return at >= 0 ? message.substring(at + prefix.length()) : message;
    }

    private List<Packed> find() throws IOException {
        var found = new ArrayList<Packed>();
        for (var library : libraries) {
            var url = NativeLibrary.class.getClassLoader().getResource(folderInJar + fileName(library));
            // Some platforms lack runtime libraries, but all need the first library.
            if (url != null && url.openConnection() instanceof JarURLConnection jar) {
                found.add(new Packed(jar, jar.getJarEntry(), fileName(library)));
            } else if (found.isEmpty()) {
                throw new InputError(
                        "the native library " + fileName(library) + " for this platform is not on the class path",
                        folderInJar,
                        "run mvn package on this machine: the build includes the libraries of its own platform");
            }
        }
        return found;
    }

    private static void extract(Packed packed, Path target) throws IOException {
        if (isIntact(target, packed.entry)) return;
        var temporary = Files.createTempFile(target.getParent(), packed.file, ".tmp");
        try {
            try (var in = Channels.newChannel(packed.connection.getInputStream());
                    var out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                out.transferFrom(in, 0, packed.entry.getSize());
                out.force(true);
            }
            if (!isIntact(temporary, packed.entry)) throw new IOException("wrong checksum of " + packed.file);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static boolean isIntact(Path file, JarEntry entry) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) return false;
        var crc = new CRC32();
        try (var channel = FileChannel.open(file)) {
            var buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer) >= 0) {
                crc.update(buffer.flip());
                buffer.clear();
            }
        }
        return crc.getValue() == entry.getCrc();
    }

    /** {@code openblas.0} is {@code libopenblas.so.0} or {@code libopenblas.0.dylib}. */
    private static String fileName(String library) {
        if (isMac()) return "lib" + library + ".dylib";
        var version = ABI_VERSION.matcher(library);
        return version.matches() ? "lib" + version.group(1) + ".so" + version.group(2) : "lib" + library + ".so";
    }

    private static boolean isMac() {
        return System.getProperty("os.name").startsWith("Mac");
    }

    private static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }
}
