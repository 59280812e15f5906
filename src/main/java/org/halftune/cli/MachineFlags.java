package org.halftune.cli;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.halftune.backend.Backend;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;

/** Flags about the machine that every computing command takes, and the backend that they ask for. */
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
                "where to compute; auto takes a GPU that can be used, else the CPU");
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
                "element type of computation: the device's own");
    }

    static Flag threads(IntConsumer setter) {
        IntConsumer checked = count -> {
            Required.atLeast(1, count, "threads");
            setter.accept(count);
        };
        return Flag.integer("threads", null, checked, "processor threads [all cores]");
    }

    /**
     * Opens what was asked for.
     *
     * @param threads of the processor; 0: one a core
     * @param notice is told what {@code auto} took, and why
     * @throws InputError if it cannot be used, or computes in another type than {@code --dtype}
     */
    Backend open(int threads, Consumer<String> notice) {
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads > cores) {
            notice.accept(
                    "--threads " + threads + " on " + cores + (cores == 1 ? " core" : " cores") + ": they take turns");
        }
        var backend = Devices.open(choice, threads, notice);
        var own = backend.storage() == DType.BF16 ? "bfloat16" : "float32";
        if (dtype.equals("auto") || dtype.equals(own)) return backend;
        var description = backend.description();
        backend.close();
        throw new InputError(
                "--dtype " + dtype + " is not possible on this device",
                description,
                "it computes in " + own + "; see --save_dtype for files, and --device");
    }
}
