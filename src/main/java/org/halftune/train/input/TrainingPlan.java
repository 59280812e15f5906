package org.halftune.train.input;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.data.DatasetDescription;
import org.halftune.data.Sampler;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.optim.Schedule;
import org.halftune.train.arguments.Intervals;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Evaluating;
import org.halftune.train.arguments.TrainingArguments.Saving;
import org.halftune.train.arguments.TrainingArguments.When;

/** What a run does at each step: a pure function of arguments and rows, known before anything is allocated. */
public final class TrainingPlan {
    private final TrainingArguments arguments;
    private final Rows rows;
    private final Optional<Rows> evalRows;
    private final Optional<DatasetDescription> description;
    private final Map<String, String> templateFiles;
    private final List<Memory> memories;
    private final StepOrder order;
    private final int totalSteps;
    private final Schedule schedule;

    /**
     * @param description where the rows were read from; empty for rows in memory
     * @param templateFiles the chat template's files for the exported model, text by path in its folder
     */
    public TrainingPlan(
            TrainingArguments arguments,
            Rows rows,
            Optional<Rows> evalRows,
            Optional<DatasetDescription> description,
            Map<String, String> templateFiles) {
        this(arguments, rows, evalRows, description, templateFiles, List.of());
    }

    private TrainingPlan(
            TrainingArguments arguments,
            Rows rows,
            Optional<Rows> evalRows,
            Optional<DatasetDescription> description,
            Map<String, String> templateFiles,
            List<Memory> memories) {
        var batching = arguments.batching();
        this.arguments = arguments;
        this.rows = rows;
        this.evalRows = evalRows;
        this.description = description;
        this.templateFiles = Map.copyOf(templateFiles);
        this.memories = List.copyOf(memories);
        var sampler = new Sampler(
                rows.size(),
                batching.trainBatchSize(),
                batching.dataSeed(),
                switch (batching.sampling()) {
                    case RANDOM -> Sampler.Order.RANDOM;
                    case SEQUENTIAL -> Sampler.Order.SEQUENTIAL;
                });
        order = new StepOrder(sampler, batching.trainBatchSize(), batching.accumulationSteps());
        totalSteps = order.totalSteps(batching.epochs(), batching.maxSteps());
        schedule = Schedules.of(arguments.scheduling(), arguments.optimizing().learningRate(), totalSteps);
    }

    public TrainingArguments arguments() {
        return arguments;
    }

    public Rows rows() {
        return rows;
    }

    public Optional<Rows> evalRows() {
        return evalRows;
    }

    /** Where the rows were read from. */
    public Optional<DatasetDescription> description() {
        return description;
    }

    /** The time that {@code strftime_now} of the chat template returned, if it was called. */
    public Optional<LocalDateTime> templateTime() {
        return description.flatMap(DatasetDescription::dates);
    }

    /** The chat template's files for the exported model, text by path in its folder. */
    public Map<String, String> templateFiles() {
        return templateFiles;
    }

    /** Token ids that were trained as the end of a text or turn: generation with the exported model stops at them. */
    public List<Integer> trainedEnds() {
        return description
                .map(data -> List.copyOf(data.summary().notes().ends()))
                .orElse(List.of());
    }

    public int totalSteps() {
        return totalSteps;
    }

    public Schedule schedule() {
        return schedule;
    }

    /** The batches of step {@code step}, from 0. */
    public List<Batch> batches(int step) {
        return order.batches(step).stream().map(rows::batch).toList();
    }

    /** Rows of an earlier task, and which of them each step reads. */
    private record Memory(Rows rows, int batchSize, StepOrder order) {
        List<Batch> batches(int step) {
            return order.batches(step).stream().map(rows::batch).toList();
        }
    }

    /**
     * The same with memories of earlier tasks, which constrain the gradient of each step.
     *
     * @param rows of each memory
     * @param batchSize rows of each memory that a step reads; all in turn, in an order that the seed gives
     */
    public TrainingPlan withMemories(List<Rows> rows, int batchSize) {
        long seed = arguments.batching().dataSeed();
        var all = rows.stream()
                .map(memory -> new Memory(
                        memory,
                        batchSize,
                        new StepOrder(new Sampler(memory.size(), batchSize, seed, Sampler.Order.RANDOM), batchSize, 1)))
                .toList();
        return new TrainingPlan(arguments, this.rows, evalRows, description, templateFiles, all);
    }

    /** The rows of each memory; empty without memories. */
    public List<Rows> memories() {
        return memories.stream().map(Memory::rows).toList();
    }

    /** Rows of each memory that a step reads; 0 without memories. */
    public int memoryBatchSize() {
        return memories.isEmpty() ? 0 : memories.getFirst().batchSize;
    }

    /** The batches of each memory at step {@code step}, from 0; empty without memories. */
    public List<List<Batch>> memoryBatches(int step) {
        return memories.stream().map(memory -> memory.batches(step)).toList();
    }

    /** The learning rate of step {@code step}, from 0. */
    public double learningRate(int step) {
        return arguments.optimizing().learningRate() * schedule.factor(step);
    }

    /** Epochs done after {@code steps} steps. */
    public double epochAfter(int steps) {
        return order.epochAfter(steps);
    }

    /** The same rows under other arguments. */
    public TrainingPlan with(TrainingArguments other) {
        return new TrainingPlan(other, rows, evalRows, description, templateFiles, memories);
    }

    /** The same steps over the same rows, of which more is known. */
    public TrainingPlan with(Rows known, Optional<Rows> knownEval) {
        return new TrainingPlan(arguments, known, knownEval, description, templateFiles);
    }

    /** The largest batch of the run, in tokens and in sequences; at least as large as each evaluation row. */
    public Capacity capacity() {
        return capacity(Integer.MAX_VALUE);
    }

    /** {@link #capacity()} if rows were shortened to {@code longestRow} tokens. */
    public Capacity capacity(int longestRow) {
        int tokens = 1;
        int sequences = 1;
        for (int step = 0; step < totalSteps; step++) {
            for (int[] batch : order.batches(step)) {
                tokens = Math.max(tokens, tokens(rows, batch, longestRow));
                sequences = Math.max(sequences, sequences(rows, batch));
            }
            for (var memory : memories) {
                for (int[] batch : memory.order.batches(step)) {
                    tokens = Math.max(tokens, tokens(memory.rows, batch, longestRow));
                    sequences = Math.max(sequences, sequences(memory.rows, batch));
                }
            }
        }
        if (evalRows.isPresent()) {
            var eval = evalRows.get();
            for (int row = 0; row < eval.size(); row++) {
                tokens = Math.max(tokens, Math.min(longestRow, eval.tokens(row)));
                sequences = Math.max(sequences, eval.sequences(row));
            }
        }
        return new Capacity(tokens, sequences);
    }

    private static int tokens(Rows rows, int[] batch, int longestRow) {
        int tokens = 0;
        for (int row : batch) tokens = Math.addExact(tokens, Math.min(longestRow, rows.tokens(row)));
        return tokens;
    }

    private static int sequences(Rows rows, int[] batch) {
        int sequences = 0;
        for (int row : batch) sequences += rows.sequences(row);
        return sequences;
    }

    /** Tokens of the longest training or evaluation row. */
    public int longestRow() {
        int longest = 0;
        for (int row = 0; row < rows.size(); row++) longest = Math.max(longest, rows.tokens(row));
        for (var memory : memories()) {
            for (int row = 0; row < memory.size(); row++) longest = Math.max(longest, memory.tokens(row));
        }
        if (evalRows.isPresent()) {
            var eval = evalRows.get();
            for (int row = 0; row < eval.size(); row++) longest = Math.max(longest, eval.tokens(row));
        }
        return longest;
    }

    /** Input tokens of the whole run, those of memories included. */
    public long totalTokens() {
        long tokens = 0;
        for (int step = 0; step < totalSteps; step++) {
            for (int[] batch : order.batches(step)) tokens += tokens(rows, batch, Integer.MAX_VALUE);
            for (var memory : memories) {
                for (int[] batch : memory.order.batches(step)) tokens += tokens(memory.rows, batch, Integer.MAX_VALUE);
            }
        }
        return tokens;
    }

    /** Whether metrics are logged after {@code steps} steps. */
    public boolean logs(int steps) {
        var logging = arguments.running().logging();
        if (steps == 1 && logging.firstStep()) return true;
        return switch (logging.strategy()) {
            case NO -> false;
            case STEPS -> steps > 0 && steps % Intervals.steps(logging.steps(), totalSteps) == 0;
            case EPOCH -> steps > 0 && (order.endsEpoch(steps) || steps == totalSteps);
        };
    }

    /** Whether to evaluate after {@code steps} steps. */
    public boolean evaluates(int steps) {
        Evaluating evaluating = arguments.evaluating();
        return evalRows.isPresent()
                && due(evaluating.strategy(), evaluating.steps(), steps)
                && evaluating.delay() <= (evaluating.strategy() == When.EPOCH ? epochAfter(steps) : steps);
    }

    /** Whether to evaluate before the first step. */
    public boolean evaluatesAtStart() {
        return evalRows.isPresent() && arguments.evaluating().atStart();
    }

    /** Whether to write a checkpoint after {@code steps} steps. */
    public boolean saves(int steps) {
        Saving saving = arguments.saving();
        return due(saving.strategy(), saving.steps(), steps);
    }

    /** Whether to write a checkpoint after the last step, also after early stopping. */
    public boolean savesAtEnd() {
        return arguments.saving().strategy() != When.NO;
    }

    /** As in transformers, periodic actions are also done after the last step. */
    private boolean due(When when, double interval, int steps) {
        if (steps == 0) return false;
        return switch (when) {
            case NO -> false;
            case STEPS -> steps % Intervals.steps(interval, totalSteps) == 0 || steps == totalSteps;
            case EPOCH -> order.endsEpoch(steps) || steps == totalSteps;
        };
    }
}
