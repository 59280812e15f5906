package org.halftune.cli;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.halftune.backend.Backend;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;

/** The flags that choose the backend, shared by all commands that compute. */
final class MachineFlags {
    private DeviceChoice choice = new DeviceChoice.Auto();
    private String dtype = "auto";

    Flag device() {
        return Flag.text(
                "device",
                "auto|cpu|cuda[:N]",
                "auto",
                value -> choice = DeviceChoice.parse(value)
                        .orElseThrow(() -> Flag.refused(
                                "device", value, "choose from auto, cpu, cuda (the first GPU), cuda:1 (the second)")),
                "device to compute on; auto: the first usable GPU, otherwise the CPU");
    }

    DeviceChoice choice() {
        return choice;
    }

    Flag dtype() {
        return Flag.text(
                "dtype",
                "auto|float32|bfloat16",
                "auto",
                value -> {
                    if (!List.of("auto", "float32", "bfloat16").contains(value)) {
                        throw Flag.refused("dtype", value, "choose from auto, float32 (the CPU), bfloat16 (a GPU)");
                    }
                    dtype = value;
                },
                "compute dtype; the CPU computes in float32, a GPU in bfloat16");
    }

    static Flag threads(IntConsumer setter) {
        IntConsumer checked = count -> {
            Required.atLeast(1, count, "threads");
            setter.accept(count);
        };
        return Flag.integer("threads", null, checked, "CPU threads [all cores]");
    }

    /**
     * Opens the chosen backend.
     *
     * @param threads CPU threads; 0: one per core
     * @param notice receives which device {@code auto} chose, and why
     * @throws InputError if the device cannot be used, or does not compute in {@code --dtype}
     */
    Backend open(int threads, Consumer<String> notice) {
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads > cores) {
            notice.accept("--threads " + threads + " on " + cores + (cores == 1 ? " core" : " cores")
                    + ": more threads than cores are slower");
        }
        var backend = Devices.open(choice, threads, notice);
        var own = backend.storage() == DType.BF16 ? "bfloat16" : "float32";
        if (dtype.equals("auto") || dtype.equals(own)) return backend;
        var description = backend.description();
        backend.close();
        throw new InputError(
                "this device cannot compute in --dtype " + dtype,
                description,
                "leave --dtype out (the device computes in " + own
                        + "), or choose another --device; --save_dtype sets the" + " dtype of saved files");
    }
}
