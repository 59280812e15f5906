package org.halftune.benchmarks;

import org.halftune.benchmarks.TrainingStep.Method;
import org.halftune.benchmarks.TrainingStep.Work;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;

/**
 * Two steps of full fine-tuning without a graph, for a profiler: {@link KernelProfile} reads off the second.
 *
 * <p>{@code CUDA_LAUNCH_BLOCKING=1 ncu … java … ProfiledStep DEVICE PRESET [ROWS]}. With that variable each kernel is launched by itself; a
 * profiler shows a graph as one.
 */
public final class ProfiledStep {
    private ProfiledStep() {}

    /** One batch, nothing recomputed; with the preset's rows it is what {@link ProfileTable} predicts. */
    static Work work(Preset preset, int rows) {
        return new Work(rows, preset.length(), 1, Recomputation.NONE);
    }

    public static void main(String[] arguments) {
        if (!"1".equals(System.getenv("CUDA_LAUNCH_BLOCKING"))) {
            System.err.println("ProfiledStep: set CUDA_LAUNCH_BLOCKING=1, or a graph hides the kernels");
            System.exit(2);
        }
        try {
            run(arguments);
        } catch (InputError e) {
            System.err.println(e.report());
            System.exit(2);
        }
    }

    private static void run(String[] arguments) {
        if (arguments.length < 2 || arguments.length > 3) {
            throw new InputError(
                    arguments.length + " arguments are not 2 or 3", "", "ProfiledStep DEVICE PRESET [ROWS]");
        }
        var preset = StepCase.preset(arguments[1], "PRESET");
        int rows = arguments.length > 2 ? StepCase.integer(arguments[2], "ROWS") : preset.sequences();
        var work = work(preset, rows);
        try (var backend = Devices.open(arguments[0], 0);
                var training = new TrainingStep(backend, preset.config(), Method.FFT, work)) {
            for (int step = 1; step <= 2; step++) {
                System.out.println("step " + step + " of " + work.tokens() + " tokens, loss " + training.step());
            }
        }
    }
}
