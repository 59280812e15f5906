package org.halftune.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * GPUs and their data sheet values: rates of dense bf16 matrix products with fp32 accumulation, and of memory. The memory used by the
 * driver and a context is not subtracted.
 */
public enum Gpu {
    H100("NVIDIA H100 SXM5 80 GB", 81_559, 3.35e12, 989.4e12, 132),
    H100_PCIE("NVIDIA H100 PCIe 80 GB", 81_559, 2.0e12, 756.5e12, 114),
    H200("NVIDIA H200 SXM 141 GB", 143_771, 4.8e12, 989.4e12, 132),
    A100("NVIDIA A100 SXM4 80 GB", 81_920, 2.039e12, 312e12, 108),
    A100_40GB("NVIDIA A100 SXM4 40 GB", 40_960, 1.555e12, 312e12, 108),
    L40S("NVIDIA L40S 48 GB", 46_068, 0.864e12, 362e12, 142),
    RTX4090("NVIDIA GeForce RTX 4090 24 GB", 24_564, 1.008e12, 165.2e12, 128),
    RTX3090("NVIDIA GeForce RTX 3090 24 GB", 24_576, 0.936e12, 71e12, 82);

    /** Estimate of the memory that a context, its kernels and cuBLAS use on a GPU that is not in this machine. */
    static final long DRIVER_BYTES = 600L << 20;

    private final String title;
    private final long memoryMebibytes;
    private final double bytesPerSecond;
    private final double operationsPerSecond;
    private final int multiprocessors;

    Gpu(String title, long memoryMebibytes, double bytesPerSecond, double operationsPerSecond, int multiprocessors) {
        this.title = title;
        this.memoryMebibytes = memoryMebibytes;
        this.bytesPerSecond = bytesPerSecond;
        this.operationsPerSecond = operationsPerSecond;
        this.multiprocessors = multiprocessors;
    }

    public String title() {
        return title;
    }

    /** Total memory, as shown by nvidia-smi. */
    public long memoryBytes() {
        return memoryMebibytes << 20;
    }

    /** Memory available for a plan. */
    public long availableBytes() {
        return memoryBytes() - DRIVER_BYTES;
    }

    /** Memory bandwidth, reads and writes together. */
    public double bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Dense bf16 products with fp32 accumulation; a multiply-add is two operations. */
    public double operationsPerSecond() {
        return operationsPerSecond;
    }

    public int multiprocessors() {
        return multiprocessors;
    }

    /** The value of {@code --gpu}: {@code h100-pcie}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Gpu> ofWord(String word) {
        var wanted = word.toLowerCase(Locale.ROOT).replace('_', '-').replace("rtx-", "rtx");
        return Arrays.stream(values()).filter(gpu -> gpu.word().equals(wanted)).findFirst();
    }

    /** The GPU with this device name, if it is known. */
    public static Optional<Gpu> ofDeviceName(String name) {
        var upper = name.toUpperCase(Locale.ROOT);
        if (upper.contains("H100")) return Optional.of(upper.contains("PCIE") ? H100_PCIE : H100);
        if (upper.contains("H200")) return Optional.of(H200);
        if (upper.contains("A100")) return Optional.of(upper.contains("40GB") ? A100_40GB : A100);
        if (upper.contains("L40S")) return Optional.of(L40S);
        if (upper.contains("4090")) return Optional.of(RTX4090);
        if (upper.contains("3090")) return Optional.of(RTX3090);
        return Optional.empty();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(Gpu::word).toList();
    }
}
