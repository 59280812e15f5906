package org.halftune.backend.cuda;

import java.util.Arrays;
import java.util.Random;
import org.halftune.backend.DeviceArena;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.tensor.HostTensor;

/** A kernel of {@code tests/gpu/wrappers.cu}: one instruction, its fixed inputs, and how exact its results have to be. */
enum PtxWrapper {
    MMA_M16N8K16(16, 320, 128),
    LDMATRIX_X2(32, 128, 64),
    LDMATRIX_X2_TRANS(32, 128, 64),
    LDMATRIX_X4(32, 128, 128),
    LDMATRIX_X4_TRANS(32, 128, 128),
    CP_ASYNC_16(4, 256, 256),
    EX2(32, 32, 32),
    CVT_RN_BF16X2(32, 64, 32);

    /** Floats where rounding, overflow and denormals meet; the last are a tie, a tie that rounds up, and just above it. */
    private static final int[] EDGES = {
        0,
        0x80000000,
        0x3f800000,
        0xbf800000,
        0x7f800000,
        0xff800000,
        0x7fc00000,
        0x7f7fffff,
        0xff7fffff,
        1,
        0x007fffff,
        0x00800000,
        0x3f808000,
        0x3f818000,
        0x3f808001
    };

    private final int cases;
    private final int wordsIn;
    private final int wordsOut;

    PtxWrapper(int cases, int wordsIn, int wordsOut) {
        this.cases = cases;
        this.wordsIn = wordsIn;
        this.wordsOut = wordsOut;
    }

    String kernel() {
        return "wrapper_" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Words that every machine gives the kernel: they are drawn by {@link Random}, whose algorithm is specified. */
    int[] inputs() {
        var random = new Random(7 + ordinal());
        var words = new int[cases * wordsIn];
        switch (this) {
            case MMA_M16N8K16 -> {
                for (int i = 0; i < words.length; i++) words[i] = i % 10 < 6 ? bf16Pair(random) : normal(random);
            }
            case LDMATRIX_X2, LDMATRIX_X2_TRANS, LDMATRIX_X4, LDMATRIX_X4_TRANS, CP_ASYNC_16 ->
                Arrays.setAll(words, _ -> random.nextInt());
            case EX2 -> Arrays.setAll(words, _ -> Float.floatToRawIntBits(random.nextFloat(-130, 130)));
            case CVT_RN_BF16X2 -> Arrays.setAll(words, _ -> random.nextInt());
        }
        if (this == EX2 || this == CVT_RN_BF16X2) System.arraycopy(EDGES, 0, words, 0, EDGES.length);
        return words;
    }

    private static int normal(Random random) {
        return Float.floatToRawIntBits((float) random.nextGaussian());
    }

    private static int bf16Pair(Random random) {
        return (normal(random) >>> 16) | (normal(random) & 0xffff0000);
    }

    /** What the device makes of the inputs. */
    int[] run(CudaBackend backend) {
        int[] given = inputs();
        int results = cases * wordsOut;
        try (var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, 4L * (given.length + results) + 1024)) {
            var in = arena.ints(given.length);
            var out = arena.ints(results);
            backend.upload(in, HostTensor.of(given));
            backend.sink()
                    .kernel(kernel(), cases, 1, 1, 32, 0)
                    .tensor(out)
                    .tensor(in)
                    .run(_ -> Cost.ofMemory(0, 0));
            return backend.download(out).data().toArray(java.lang.foreign.ValueLayout.JAVA_INT);
        }
    }

    /**
     * Whether both may be result {@code i} of this instruction.
     *
     * <p>Loads, copies and conversions are exact. {@code ex2.approx.ftz} is within 2⁻²² (PTX ISA), twice here for two results, and what
     * is denormal is zero. In which order tensor cores add is not specified, nor what they cut off; each of 17 terms may lose 2⁻²³ of
     * the largest, which is below 2⁻¹⁸ of the sum of all magnitudes.
     */
    boolean agree(int i, int expected, int actual) {
        if (expected == actual) return true;
        float x = Float.intBitsToFloat(expected), y = Float.intBitsToFloat(actual);
        return switch (this) {
            case MMA_M16N8K16 -> Math.abs((double) x - y) <= 0x1p-18 * magnitude(i);
            case EX2 -> Float.isNaN(x) ? Float.isNaN(y) : Math.abs((double) x - y) <= 0x1p-21 * x || edgeOfZero(x, y);
            case LDMATRIX_X2, LDMATRIX_X2_TRANS, LDMATRIX_X4, LDMATRIX_X4_TRANS, CP_ASYNC_16, CVT_RN_BF16X2 -> false;
        };
    }

    private static boolean edgeOfZero(float x, float y) {
        return Math.min(x, y) == 0 && Math.max(x, y) <= Float.MIN_NORMAL * (1 + 0x1p-20f);
    }

    /** |d| + Σ|a·b| of output {@code i} of an mma, by where ptx.cuh says that each lane's operands belong. */
    private double magnitude(int i) {
        int[] in = inputs();
        int lane = i / 4 % 32, first = i / 128 * wordsIn, element = i % 4;
        int row = lane / 4 + element / 2 * 8, column = lane % 4 * 2 + element % 2;
        double sum = Math.abs(Float.intBitsToFloat(in[first + lane * 10 + 6 + element]));
        for (int k = 0; k < 16; k++) {
            int a = in[first + (row % 8 * 4 + k % 8 / 2) * 10 + row / 8 + k / 8 * 2];
            int b = in[first + (column * 4 + k % 8 / 2) * 10 + 4 + k / 8];
            sum += Math.abs((double) half(a, k) * half(b, k));
        }
        return sum;
    }

    private static float half(int pair, int k) {
        return Float.intBitsToFloat(k % 2 == 0 ? pair << 16 : pair & 0xffff0000);
    }
}
