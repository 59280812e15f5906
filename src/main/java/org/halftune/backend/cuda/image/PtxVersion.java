package org.halftune.backend.cuda.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.regex.Pattern;

/** Which driver reads a piece of PTX, by its {@code .version}. */
final class PtxVersion {
    private static final Pattern DIRECTIVE = Pattern.compile("^\\.version\\s+(\\d+)\\.(\\d+)", Pattern.MULTILINE);

    private PtxVersion() {}

    /** The oldest CUDA whose driver reads this PTX: 12040 is 12.4. */
    static int oldestDriver(byte[] ptx) {
        var directive = DIRECTIVE.matcher(new String(ptx, US_ASCII));
        if (!directive.find()) throw new IllegalArgumentException("PTX without .version");
        return cudaOf(Integer.parseInt(directive.group(1)), Integer.parseInt(directive.group(2)));
    }

    /**
     * The CUDA release that brought a version of the language (PTX ISA, release notes). Since 7.0 a major version
     * belongs to a major CUDA and minor versions count along, except that 12.6 brought none.
     */
    private static int cudaOf(int major, int minor) {
        int release = major == 8 && minor >= 6 ? minor + 1 : minor;
        return (major + 4) * 1000 + release * 10;
    }
}
