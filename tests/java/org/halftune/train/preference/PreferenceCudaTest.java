package org.halftune.train.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.halftune.train.preference.PreferenceRuns.PRECOMPUTED;
import static org.halftune.train.preference.PreferenceRuns.SIGMOID;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.backend.PairLoss;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.objective.DirectPreference;
import org.halftune.objective.Reference;
import org.halftune.optim.AdamWConfig;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.session.StartingWeights;
import org.halftune.session.StepResult;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Selecting.Method;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Preference optimization on a CUDA device: what the processor trains, the same bits each time, resumed bit for bit. */
@OnCuda
class PreferenceCudaTest {
    @TempDir
    private Path folder;

    @BeforeEach
    @AfterEach
    void usualOrder() {
        CudaDevice.usualOrder();
    }

    private PreferenceRuns on(Supplier<Backend> device) {
        return new PreferenceRuns(folder, PreferenceRuns.config(DType.F32, 8), device);
    }

    private PreferenceRuns onCuda() {
        return on(() -> CudaBackend.open(0));
    }

    @ParameterizedTest
    @CsvSource({"HFT, false", "FFT, true"})
    void lossesAndRewardsAreNearTheCpus(Method method, boolean precompute) throws IOException {
        var preferring = precompute ? PRECOMPUTED : SIGMOID;
        var expected = metrics(on(() -> CpuBackend.open(1)), "cpu", method, preferring);
        var actual = metrics(onCuda(), "cuda", method, preferring);
        assertThat(actual).hasSameSizeAs(expected).hasSizeGreaterThan(4);
        var allowed = Map.of("loss", 0.01, "rewards/chosen", 0.02, "rewards/margins", 0.02, "logps/rejected", 0.2);
        for (int i = 0; i < expected.size(); i++) {
            for (var figure : allowed.entrySet()) {
                assertThat(figure(actual.get(i), figure.getKey()))
                        .as("%s of row %d", figure.getKey(), i + 1)
                        .isCloseTo(figure(expected.get(i), figure.getKey()), within(figure.getValue()));
            }
        }
        assertThat(figure(actual.getFirst(), "rewards/margins")).isZero();
        assertThat(figure(actual.getLast(), "rewards/margins")).isGreaterThan(0.5);
    }

    private static List<String> metrics(PreferenceRuns runs, String output, Method method, Preferring preferring)
            throws IOException {
        var flags = runs.flags(output, method);
        flags.learningRate = 3e-3;
        flags.loggingSteps = 1;
        runs.run(flags, preferring);
        return runs.metrics(output);
    }

    /** Of a training step or an evaluation. */
    private static double figure(String row, String name) {
        var found = Pattern.compile("\"(?:eval_)?" + name + "\":([^,}]+)").matcher(row);
        assertThat(found.find()).as("%s in %s", name, row).isTrue();
        return Double.parseDouble(found.group(1));
    }

    /** Neither the order of threads and blocks, nor when copies arrive, nor when the device gets to work, shows in a bit. */
    @Test
    void bitsAreTheSameInAnotherOrder() throws IOException {
        var runs = onCuda();
        runs.run(runs.flags("usual", Method.HFT), SIGMOID);
        CudaDevice.order("random", "early");
        CudaDevice.lateStreams();
        runs.run(runs.flags("other", Method.HFT), SIGMOID);
        runs.assertSame("other", "usual");
    }

    /** In a round after the first, whose reference must also hold what learned before. */
    @Test
    void resumedRunEqualsUninterruptedOneBitForBit() throws IOException {
        onCuda().assertResumes(Method.HFT, SIGMOID, 2, 3);
    }

    /** From the third step on a step is one graph for each batch, of reference, model and pairs; the host waits at its end alone. */
    @Test
    @OnCudaOnCpu
    void stepIsGraphsWithoutWaiting() {
        var config = TestRuns.config(DType.BF16, 8);
        var random = new Random(5);
        var ids = IntStream.range(0, 4)
                .mapToObj(_ -> random.ints(9, 0, 30).toArray())
                .toList();
        var batch = Batch.of(ids, ids);
        var half = ParameterSpec.all(config).stream()
                .map(ParameterSpec::name)
                .filter(name -> name.contains("q_proj") || name.contains("down_proj"))
                .collect(Collectors.toSet());
        try (var base = PretrainedFolder.open(TestRuns.model(folder.resolve("tiny"), config, 7));
                var backend = CudaBackend.open(0)) {
            var setup = new TrainingSetup(
                    config,
                    half,
                    new Capacity(batch.tokenCount(), batch.sequenceCount()),
                    Recomputation.NONE,
                    new AdamWConfig(0.9, 0.999, 1e-8, 0.1, 1),
                    new DirectPreference(
                            new PairLoss(PairLoss.Type.SIGMOID, 0.1, 0),
                            new Reference.OnDevice(base.source(), Set.of())));
            try (var session = TrainingSession.open(backend, setup, new StartingWeights.Stored(base.source()))) {
                var steps = new ArrayList<StepResult>();
                for (int i = 0; i < 2; i++) steps.add(session.step(List.of(batch, batch), 1e-2));
                CudaOnCpu.resetCounters();
                var asked = new AtomicInteger();
                for (int i = 0; i < 3; i++) {
                    int before = i;
                    long waits = CudaOnCpu.count("synchronizations");
                    steps.add(session.step(session.batches(List.of(batch, batch)), 1e-2, () -> {
                        assertThat(CudaOnCpu.count("launches:adamw_f32"))
                                .as("the update is queued")
                                .isEqualTo(before + 1);
                        assertThat(CudaOnCpu.count("synchronizations")).isEqualTo(waits);
                        asked.incrementAndGet();
                        return null;
                    }));
                }
                assertThat(asked).hasValue(3);
                assertThat(CudaOnCpu.count("graph launches")).isEqualTo(3 * 2);
                assertThat(CudaOnCpu.count("graphs")).isZero();
                assertThat(CudaOnCpu.count("calls:cuLaunchKernel")).isZero();
                assertThat(CudaOnCpu.count("launches:pair_log_probs")).isEqualTo(3 * 2);
                assertThat(CudaOnCpu.count("launches:pair_losses")).isEqualTo(3 * 2);
                assertThat(CudaOnCpu.count("allocations")).isZero();
                assertThat(CudaOnCpu.count("pageable copies")).isZero();
                assertThat(CudaOnCpu.count("bytes:DtoH")).isEqualTo(3 * (48 + 4));
                assertThat(steps.getFirst().figures()).containsEntry("rewards/margins", 0.0);
                for (int i = 1; i < steps.size(); i++)
                    assertThat(steps.get(i).loss()).isLessThan(steps.get(i - 1).loss());
            }
        }
        CudaDevice.assertNothingIsHeld();
    }
}
