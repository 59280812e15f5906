package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.halftune.Fixtures;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.PairLoss;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.objective.DirectPreference;
import org.halftune.objective.LearningModel;
import org.halftune.objective.Reference;
import org.halftune.objective.StepLoss;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Direct preference optimization against PyTorch, and what of the reference is shared. */
class PreferenceFixtureTest {
    private static Backend backend;

    @BeforeAll
    static void open() {
        backend = CpuBackend.open(2);
    }

    @AfterAll
    static void everythingIsFreed() {
        backend.close();
        assertThat(backend.memory().total()).isZero();
    }

    static List<String> variants() {
        return Fixtures.ALL;
    }

    /** Loss and figures of a pass, its gradients, and the bytes of the reference. */
    private record Result(StepLoss loss, Map<String, float[]> gradients, long referenceBytes) {}

    private static Batch batch(Fixture f) {
        var ids = new ArrayList<int[]>();
        var labels = new ArrayList<int[]>();
        for (var pair : f.expected().at("/dpo/pairs")) {
            for (var side : List.of("chosen_ids", "rejected_ids")) {
                int[] prompt = ints(pair.get("prompt_ids")), completion = ints(pair.get(side));
                var row = new int[prompt.length + completion.length];
                var wanted = new int[row.length];
                java.util.Arrays.fill(wanted, Batch.IGNORED);
                System.arraycopy(prompt, 0, row, 0, prompt.length);
                System.arraycopy(completion, 0, row, prompt.length, completion.length);
                System.arraycopy(completion, 0, wanted, prompt.length, completion.length);
                ids.add(row);
                labels.add(wanted);
            }
        }
        return Batch.of(ids, labels);
    }

    private static int[] ints(JsonNode node) {
        return node.valueStream().mapToInt(JsonNode::asInt).toArray();
    }

    /** The fixture's model with some parameters scaled. */
    private static WeightSource reference(Fixture f) {
        return name -> {
            var scale = f.expected().at("/dpo/reference_scales").get(name);
            var value = f.folder().source().get(name);
            if (scale == null) return value;
            var values = value.toFloats();
            for (int i = 0; i < values.length; i++) values[i] *= (float) scale.asDouble();
            return new HostTensor(DType.F32, value.shape(), java.lang.foreign.MemorySegment.ofArray(values));
        };
    }

    private static Result run(Fixture f, Batch batch, Set<String> trainable, DirectPreference objective) {
        var capacity = new Capacity(batch.tokenCount(), batch.sequenceCount());
        var source = f.folder().source();
        try (var weights = Weights.load(backend, f.config(), trainable, source);
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, capacity, Recomputation.CHEAP, objective.notes(capacity));
                var open = objective.open(new LearningModel(backend, weights, trainable, llama))) {
            open.pass(llama.load(objective.weigh(List.of(batch)).getFirst()), true);
            var loss = open.loss(batch.labelledCount());
            var gradients = new HashMap<String, float[]>();
            for (var p : parameters.trainable())
                gradients.put(
                        p.spec().name(), backend.download(p.gradient().tensor()).toFloats());
            var score = open.score(batch);
            assertThat(score.meanLoss()).as("a score is the loss").isCloseTo(loss.loss(), within(1e-6));
            return new Result(loss, gradients, backend.memory().held().get(MemoryCategory.REFERENCE));
        }
    }

    private static DirectPreference objective(Fixture f, Reference reference) {
        double beta = f.expected().at("/dpo/beta").asDouble();
        return new DirectPreference(new PairLoss(PairLoss.Type.SIGMOID, beta, 0), reference);
    }

    private static Reference different(Fixture f) {
        var names = new ArrayList<String>();
        f.expected().at("/dpo/reference_scales").propertyNames().forEach(names::add);
        return new Reference.OnDevice(reference(f), Set.copyOf(names));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void lossRewardsAndGradientsAreThoseOfPyTorch(String name) {
        try (var f = Fixture.open(name)) {
            var result = run(f, batch(f), f.everything(), objective(f, different(f)));
            check(f, result);
            result.gradients.forEach((parameter, gradient) -> {
                var wanted = f.tensor("dpo_grad." + parameter);
                int stride = f.stride("dpo_grad", parameter);
                double error = 0, size = 0;
                for (int i = 0; i < wanted.length; i++) {
                    error += Math.pow(gradient[i * stride] - wanted[i], 2);
                    size += Math.pow(wanted[i], 2);
                }
                assertThat(Math.sqrt(error)).as(parameter).isLessThanOrEqualTo(1e-4 * Math.sqrt(size) + 1e-9);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void logProbabilitiesThatWereComputedBeforeGiveTheSame(String name) {
        try (var f = Fixture.open(name)) {
            var expected = f.expected().get("dpo");
            var batch = batch(f);
            var given = new float[batch.sequenceCount()];
            for (int p = 0; p < given.length / 2; p++) {
                given[2 * p] = (float) expected.at("/ref_chosen_logps/" + p).asDouble();
                given[2 * p + 1] =
                        (float) expected.at("/ref_rejected_logps/" + p).asDouble();
            }
            var result = run(f, batch.withReference(given), f.everything(), objective(f, new Reference.Precomputed()));
            check(f, result);
            assertThat(result.referenceBytes).isZero();
        }
    }

    private static void check(Fixture f, Result result) {
        var expected = f.expected().get("dpo");
        double loss = expected.get("loss").asDouble();
        assertThat(result.loss.loss()).isCloseTo(loss, within(1e-5 * loss));
        var figures = result.loss.figures();
        ToDoubleFunction<String> mean = key -> expected.get(key)
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .average()
                .orElseThrow();
        double chosen = mean.applyAsDouble("chosen_rewards"), rejected = mean.applyAsDouble("rejected_rewards");
        assertThat(figures.get("rewards/chosen")).isCloseTo(chosen, within(2e-5));
        assertThat(figures.get("rewards/rejected")).isCloseTo(rejected, within(2e-5));
        assertThat(figures.get("rewards/margins")).isCloseTo(chosen - rejected, within(2e-5));
        assertThat(figures.get("logps/chosen")).isCloseTo(mean.applyAsDouble("policy_chosen_logps"), within(2e-4));
        assertThat(figures.get("logps/rejected")).isCloseTo(mean.applyAsDouble("policy_rejected_logps"), within(2e-4));
        double right = 0;
        int pairs = expected.get("chosen_rewards").size();
        for (int p = 0; p < pairs; p++) {
            if (expected.at("/chosen_rewards/" + p).asDouble()
                    > expected.at("/rejected_rewards/" + p).asDouble()) right++;
        }
        assertThat(figures.get("rewards/accuracies")).isCloseTo(right / pairs, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void sharedReferenceEqualsAFullCopyBitForBit(String name) {
        try (var f = Fixture.open(name)) {
            var batch = batch(f);
            var half = f.names("/half/trainable");
            var everything = f.everything();
            var shared = run(f, batch, half, objective(f, new Reference.OnDevice(reference(f), different(f, half))));
            var copied = run(f, batch, half, objective(f, new Reference.OnDevice(reference(f), everything)));
            assertThat(shared.loss).isEqualTo(copied.loss);
            shared.gradients.forEach((parameter, gradient) ->
                    assertThat(gradient).as(parameter).isEqualTo(copied.gradients.get(parameter)));
            long all = 4 * elements(f, everything), own = 4 * elements(f, half);
            assertThat(copied.referenceBytes).isBetween(all, all + 256L * everything.size());
            assertThat(shared.referenceBytes).isLessThan(all);
            // The fixture's reference differs in two more parameters.
            assertThat(shared.referenceBytes)
                    .isBetween(own, 4 * elements(f, different(f, half)) + 256L * everything.size());
        }
    }

    private static Set<String> different(Fixture f, Set<String> half) {
        var names = new java.util.HashSet<>(half);
        f.expected().at("/dpo/reference_scales").propertyNames().forEach(names::add);
        return names;
    }

    private static long elements(Fixture f, Set<String> names) {
        return ParameterSpec.all(f.config()).stream()
                .filter(spec -> names.contains(spec.name()))
                .mapToLong(ParameterSpec::elements)
                .sum();
    }
}
