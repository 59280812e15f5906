package org.halftune.backend.cuda.driver;

import java.nio.file.Path;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import org.halftune.natives.NativeLibrary;

/**
 * Makes JCuda load the native libraries that {@link NativeLibrary} has extracted and verified.
 *
 * <p>JCuda's classes load their own libraries when they are initialized. They try {@code System.loadLibrary}, whose path
 * is fixed when Java starts, and then the file of the library's name in the folder {@code java.io.tmpdir}: what lies there
 * is taken unread, and only if there is nothing is the library written. Loading ours first does not help, as theirs is
 * loaded on top. But that property is read at that moment, and Java itself has long read it: pointed for this one moment
 * at the folder that holds the verified file, JCuda finds it there.
 */
public final class JCudaNatives {
    private static final String FOLDER = "java.io.tmpdir";

    private JCudaNatives() {}

    /** Binds {@link JCudaDriver}; the driver's own library must be loadable. */
    static void bindDriver() {
        bind(NativeLibrary.JCUDA_DRIVER, () -> JCudaDriver.setExceptionsEnabled(false)); // codes are checked here
    }

    /** Binds {@link JCublas2}; {@code libcublas.so.12} must be loadable, or loaded. */
    public static void bindCublas() {
        bind(NativeLibrary.JCUBLAS, JCublas2::initialize);
    }

    private static synchronized void bind(NativeLibrary library, Runnable initialize) {
        Path file = library.extract();
        var folder = System.setProperty(FOLDER, file.resolveSibling("").toString());
        try {
            System.load(file.toString()); // says why not in one line, where JCuda prints two stack traces
            initialize.run();
        } catch (LinkageError e) { // UnsatisfiedLinkError the first time, NoClassDefFoundError after it
            throw library.unusable(file, e);
        } finally {
            if (folder == null) System.clearProperty(FOLDER);
            else System.setProperty(FOLDER, folder);
        }
    }
}
