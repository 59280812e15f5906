package org.halftune.session;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.backend.MeasuringBackend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.console.Amounts;
import org.halftune.model.Batch;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.LossSum;
import org.halftune.model.Parameters;
import org.halftune.model.WeightedBatch;
import org.halftune.model.Weights;
import org.halftune.objective.Objective;
import org.halftune.objective.Score;
import org.halftune.objective.StepLoss;
import org.halftune.optim.EpisodicGradients;
import org.halftune.optim.GradientConstraint;
import org.halftune.problem.InputError;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;
import org.jspecify.annotations.Nullable;

/**
 * A training on a device, and the one owner of its memory: weights, and for the round's selection gradients, activations,
 * moments and masters. It takes steps, evaluates, and gives its tensors to be saved. It does not own the backend.
 *
 * <p>A step is the passes of the {@link Objective} for each batch, whose gradients add up, then AdamW. With a {@link
 * GradientConstraint.EpisodicMemory} the passes of the memories come first, and the gradient may be changed before AdamW.
 */
public final class TrainingSession implements AutoCloseable {
    /** Memories that a step's gradient violates: the name of a {@link StepResult} figure. */
    public static final String VIOLATED = "gem/violated";

    /** Whether a step's gradient was projected, 1 or 0: the mean of many steps is their share. */
    public static final String PROJECTED = "gem/projected";

    private final Backend backend;
    private final StartingWeights start;
    private final Weights weights;
    private final Set<String> trained = new HashSet<>();
    /** Exact weights of parameters that learned in an earlier round, where the device stores fewer bits. */
    private final Map<String, HostTensor> kept = new HashMap<>();

    private TrainingSetup setup;
    /** Null after a new round that failed. */
    private @Nullable Round round;

    /** Passes with equal shapes launch the same, so they share a graph. The model is its address: each round has its own. */
    private record PassShape(Llama model, int tokens, int rows, boolean first, boolean last) {}

    private TrainingSession(
            Backend backend,
            TrainingSetup setup,
            StartingWeights start,
            Weights weights,
            Set<String> trained,
            Map<String, HostTensor> kept,
            Round round) {
        this.backend = backend;
        this.setup = setup;
        this.start = start;
        this.weights = weights;
        this.round = round;
        this.trained.addAll(trained);
        this.kept.putAll(kept);
    }

    /**
     * Allocates and fills everything that a training needs; nothing stays allocated if that fails.
     *
     * @throws org.halftune.problem.InputError if the backend cannot keep the optimizer's state in that precision
     */
    public static TrainingSession open(Backend backend, TrainingSetup setup, StartingWeights start) {
        return open(backend, setup, start, Set.of());
    }

    /**
     * The same where rounds came before: the session continues after {@link #newRound}.
     *
     * @param earlier names of the parameters that learned in rounds before this; their exact weights are those of {@code start}
     */
    public static TrainingSession open(
            Backend backend, TrainingSetup setup, StartingWeights start, Set<String> earlier) {
        var trained = new HashSet<>(earlier);
        trained.addAll(setup.trainable());
        var kept = new HashMap<String, HostTensor>();
        for (String name : earlier) {
            if (setup.trainable().contains(name)) continue;
            start.stored()
                    .map(source -> source.get(name))
                    .filter(exact -> exact.dtype() != backend.storage())
                    .ifPresent(exact -> kept.put(name, onHost(exact)));
        }
        var weights = start.load(backend, setup.config(), setup.trainable());
        try {
            return new TrainingSession(
                    backend,
                    setup,
                    start,
                    weights,
                    trained,
                    kept,
                    Round.open(backend, weights, setup, trained, start::fill));
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    /**
     * Device bytes that a session holds, by category: it is opened on a backend that counts what is allocated.
     *
     * @throws org.halftune.problem.InputError if the backend cannot train this model, or not in this precision
     */
    public static Map<MemoryCategory, Long> plan(Backend backend, TrainingSetup setup) {
        return plan(backend, setup, Set.of());
    }

    /**
     * The same where rounds came before.
     *
     * @param earlier names of the parameters that learned in them
     */
    public static Map<MemoryCategory, Long> plan(Backend backend, TrainingSetup setup, Set<String> earlier) {
        backend.requireHeadSize(setup.config().headSize());
        var measuring = MeasuringBackend.like(backend);
        try (var _ = open(measuring, setup, new StartingWeights.Unfilled(), earlier)) {
            return measuring.memory().held();
        }
    }

    public LlamaConfig config() {
        return setup.config();
    }

    /** What {@link #step(StepBatches, double, Supplier)} needs of the batches of a step. */
    public StepBatches batches(List<Batch> batches) {
        return batches(batches, List.of());
    }

    /**
     * The same for a step that is constrained by memories.
     *
     * @param memories batches of each earlier task's memory: as many tasks as {@link GradientConstraint.EpisodicMemory} has
     */
    public StepBatches batches(List<Batch> batches, List<List<Batch>> memories) {
        int expected = setup.constraint().memories();
        if (memories.size() != expected) {
            throw new IllegalArgumentException(memories.size() + " memories, the session has room for " + expected);
        }
        return StepBatches.of(batches, memories, setup.objective());
    }

    /** A step where the next batches are not known yet. */
    public StepResult step(List<Batch> batches, double learningRate) {
        return step(batches(batches), learningRate, () -> null);
    }

    /**
     * Takes one optimizer step. While the device computes, the host makes the next step's batches and copies the first.
     *
     * <p>A step without a labelled token has loss 0 and leaves weights and moments as they are: AdamW would otherwise move
     * weights by old momentum alone.
     *
     * @param next the batches that the next step will be given, as the same instance: its first batch is then on the device
     *     already; null if there are none
     */
    public StepResult step(StepBatches batches, double learningRate, Supplier<@Nullable StepBatches> next) {
        long begin = System.nanoTime();
        var loss = new StepLoss(0, Map.of());
        double gradNorm = 0;
        var figures = new LinkedHashMap<String, Double>();
        if (batches.labelledTokens() > 0) {
            round().optimizer().beginStep(learningRate);
            var episodic = round().episodic();
            episodic.ifPresent(memory -> queueMemories(memory, batches.memories()));
            queue(batches.labelled(), episodic.isEmpty());
            prepare(next.get());
            episodic.ifPresent(memory -> updateWithin(memory, figures));
            loss = round().objective().loss(batches.labelledTokens());
            figures.putAll(loss.figures());
            gradNorm = round().optimizer().gradientNorm();
        }
        double seconds = (System.nanoTime() - begin) * 1e-9;
        return new StepResult(
                loss.loss(), gradNorm, learningRate, batches.tokens(), batches.labelledTokens(), seconds, figures);
    }

    /**
     * Queues all passes, without waiting for the device: each batch is one graph.
     *
     * @param updates whether the last graph has the update
     */
    private void queue(List<WeightedBatch> batches, boolean updates) {
        var model = round().model();
        var optimizer = round().optimizer();
        var objective = round().objective();
        int count = batches.size();
        for (int i = 0; i < count; i++) {
            boolean first = i == 0, last = updates && i == count - 1;
            backend.timeline().enter(Phase.OTHER);
            var batch = model.load(batches.get(i));
            backend.replay(new PassShape(model, batch.tokenCount(), batch.rowCount(), first, last), () -> {
                objective.pass(batch, first);
                if (last) optimizer.update();
            });
            backend.timeline().enter(Phase.OTHER);
        }
    }

    /** Queues the passes of each memory, and keeps its gradient. The losses are those of other tasks, and are not reported. */
    private void queueMemories(EpisodicGradients episodic, List<List<WeightedBatch>> memories) {
        for (int k = 0; k < memories.size(); k++) {
            queue(memories.get(k), false);
            if (memories.get(k).isEmpty()) episodic.keepNothing(k);
            else episodic.keep(k);
        }
        round().model().forgetLosses();
    }

    /** What an update without passes launches. */
    private record UpdateShape(Llama model) {}

    /**
     * The update after the passes of a step that memories constrain. Its gradient is compared with theirs before, on the host.
     *
     * @param figures receives those of the step, in the order in which they are shown
     */
    private void updateWithin(EpisodicGradients episodic, Map<String, Double> figures) {
        int violated = episodic.project();
        backend.replay(new UpdateShape(round().model()), () -> {
            episodic.apply();
            round().optimizer().update();
        });
        backend.timeline().enter(Phase.OTHER);
        figures.put(PROJECTED, violated > 0 ? 1.0 : 0.0);
        figures.put(VIOLATED, (double) violated);
    }

    private void prepare(@Nullable StepBatches next) {
        if (next != null) next.first().ifPresent(round().model()::prepare);
    }

    /** What the objective makes of a batch that is not trained on. */
    public Score score(Batch batch) {
        return round().objective().score(batch);
    }

    /** The cross-entropy of a batch that is not trained on, whatever the objective is. */
    public LossSum evaluate(Batch batch) {
        return round().model().evaluate(batch);
    }

    /** The weights as they are now, for inference during training. The caller closes it. */
    public Parameters inference() {
        return Parameters.forInference(backend, weights);
    }

    /**
     * Begins a round in which other parameters learn: frees gradients, activations, moments, masters and graphs of the round
     * before, and allocates those of the new selection. Moments and the count of steps begin at 0. The weights stay in place.
     *
     * <p>The round is, bit for bit, the training of a session that is opened with the weights of this one, saved as float32.
     * So where the device stores bf16, the masters of what learned until now are moved to host memory, 4 bytes an element,
     * and the device's weights become their roundings to nearest; without masters they stay as they were drawn.
     *
     * <p>The memory of the new selection is planned first. If it does not fit, the round before goes on. If an allocation fails
     * all the same, the session has no round and can only be closed.
     *
     * @throws IllegalArgumentException if the model has no parameter of that name
     * @throws InputError if the new selection needs more memory than there is
     */
    public void newRound(Set<String> trainable) {
        var next = setup.with(trainable);
        requireMemory(next);
        var ended = round();
        var learned = ended.parameters().trainable();
        var masters = new HashMap<String, HostTensor>();
        for (var parameter : learned) {
            var exact = ended.optimizer().exactWeight(parameter);
            if (exact.dtype() != backend.storage()) masters.put(parameter.spec().name(), onHost(backend.stream(exact)));
        }
        kept.putAll(masters); // only when all are there: until then the round before can go on
        round = null;
        ended.close();
        for (var parameter : learned) {
            var exact = kept.get(parameter.spec().name());
            if (exact != null) backend.upload(parameter.value(), exact);
        }
        weights.select(trainable);
        setup = next;
        trained.addAll(trainable);
        round = Round.open(backend, weights, setup, trained, optimizer -> optimizer.loadMasters(this::exactWeight));
        kept.keySet().removeAll(trainable); // their masters have them now
    }

    /** What the session holds is freed or kept: only what the next round needs beyond it must be available. */
    private void requireMemory(TrainingSetup next) {
        long growth = MemoryCategory.total(plan(backend, next, trained))
                - MemoryCategory.total(plan(backend, setup, trained));
        long available = backend.availableBytes();
        if (growth <= available) return;
        throw new InputError(
                "the selection of the new round needs " + Amounts.bytes(growth) + " more than the last; "
                        + Amounts.bytes(available) + " are available",
                backend.description(),
                "select fewer parameters, or use smaller batches");
    }

    private Round round() {
        if (round == null) throw new IllegalStateException("the last new round failed: close the session");
        return round;
    }

    /** What a master begins with. */
    private HostTensor exactWeight(String name) {
        var value = kept.get(name);
        if (value != null) return value;
        return start.stored().map(source -> source.get(name)).orElseGet(() -> weights.download(name));
    }

    /** Off the heap, which may be small. */
    private static HostTensor onHost(TensorStream tensor) {
        long bytes = tensor.shape().elements() * tensor.dtype().bytes();
        var copy = Arena.ofAuto().allocate(bytes, Long.BYTES);
        long[] done = {0};
        tensor.<RuntimeException>forEachPiece(piece -> {
            MemorySegment.copy(piece.data(), 0, copy, done[0], piece.data().byteSize());
            done[0] += piece.data().byteSize();
        });
        return new HostTensor(tensor.dtype(), tensor.shape(), copy);
    }

    /** Whether the parameter learns or has learned in this session. */
    public boolean trained(String name) {
        return trained.contains(name);
    }

    /** A weight with all the bits that the session has of it: its fp32 master, or else the device's. Read one at a time. */
    public TensorStream weight(String name) {
        var value = kept.get(name);
        return value != null ? value : backend.stream(onDevice(name));
    }

    private Tensor onDevice(String name) {
        var parameter = round().parameters().get(name);
        return parameter.trainable() ? round().optimizer().exactWeight(parameter) : parameter.value();
    }

    /** A named tensor on the device. */
    public record Moment(String name, TensorStream values) {}

    /** Both moments of every parameter that learns: {@code exp_avg.NAME}, {@code exp_avg_sq.NAME}. Read one at a time. */
    public List<Moment> moments() {
        return round().optimizer().state().stream()
                .map(state -> new Moment(state.name(), backend.stream(state.tensor())))
                .toList();
    }

    @Override
    public void close() {
        if (round != null) round.close();
        weights.close();
    }
}
