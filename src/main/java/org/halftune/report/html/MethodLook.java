package org.halftune.report.html;

/** The colours of several methods, in their order: CSS classes that differ in light and dark pages. */
final class MethodLook {
    private static final String[] LOOKS = {
        "fft", "hft", "gradients", "activations", "optimizer", "norm", "masters", "forward"
    };

    private MethodLook() {}

    /** The class of the method with this index; after the last colour the first follows. */
    static String of(int index) {
        return LOOKS[index % LOOKS.length];
    }
}
