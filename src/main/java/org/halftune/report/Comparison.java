package org.halftune.report;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one run of {@code halftune compare} found: full fine-tuning (FFT) and half fine-tuning (HFT) from one base, on one
 * task, with the same seed and steps.
 *
 * <p>These records are the form of {@code comparison.json}. A double that is NaN was not measured: it is {@code null} in
 * the file and a dash for readers. Counts and bytes are always known.
 *
 * @param title headline of the report
 * @param createdAt end of the run
 * @param settings with the learning rate of {@code fft} and {@code hft}
 * @param rates both methods at all learning rates that were tried
 * @param fft in detail, at {@code rates.shown}; its step times are of all rates, which they do not depend on
 * @param hft the same of HFT
 * @param equalMemory both within a budget of memory, if that was asked for
 */
public record Comparison(
        String title,
        Instant createdAt,
        String programVersion,
        Machine machine,
        ModelFacts model,
        Task task,
        Settings settings,
        LearningRates rates,
        MethodResult fft,
        MethodResult hft,
        HftSaving saving,
        Optional<EqualMemoryResult> equalMemory) {

    public Comparison {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(createdAt, "created_at");
        Objects.requireNonNull(programVersion, "program_version");
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(rates, "rates");
        Objects.requireNonNull(fft, "fft");
        Objects.requireNonNull(hft, "hft");
        Objects.requireNonNull(saving, "saving");
        Objects.requireNonNull(equalMemory, "equal_memory");
    }

    /** Both trained side by side; else only at equal memory, because both at once do not fit on the device. */
    public boolean hasSameStep() {
        return fft.time().measuredSteps() > 0 || equalMemory.isEmpty();
    }

    /** Both results, FFT first: the order of every table and chart. */
    public List<MethodResult> methods() {
        return List.of(fft, hft);
    }

    /**
     * Where it ran.
     *
     * @param cores processors that this process may use
     * @param backend device, threads and product library in words
     */
    public record Machine(String os, String cpu, int cores, String java, String backend) {
        public Machine {
            Objects.requireNonNull(os, "os");
            Objects.requireNonNull(cpu, "cpu");
            Objects.requireNonNull(java, "java");
            Objects.requireNonNull(backend, "backend");
        }
    }

    /**
     * The base model.
     *
     * @param parameters all of them, a tied head counted once
     * @param dtype of the weights as stored in the folder
     */
    public record ModelFacts(
            String name,
            long parameters,
            int layers,
            int hidden,
            int intermediate,
            int heads,
            int keyValueHeads,
            int vocabulary,
            boolean tiedHead,
            String dtype) {
        public ModelFacts {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(dtype, "dtype");
        }
    }

    /**
     * What was learned, and what was asked before and after.
     *
     * @param heldOutText what the perplexity was taken on; empty if nothing
     */
    public record Task(
            String name,
            String trainFile,
            String evalFile,
            int trainRows,
            QuizInfo newTask,
            QuizInfo oldKnowledge,
            String heldOutText) {
        public Task {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(trainFile, "train_file");
            Objects.requireNonNull(evalFile, "eval_file");
            Objects.requireNonNull(newTask, "new_task");
            Objects.requireNonNull(oldKnowledge, "old_knowledge");
            Objects.requireNonNull(heldOutText, "held_out_text");
        }
    }

    /**
     * Questions with one right answer each.
     *
     * @param metric such as {@code exact match}
     * @param questions how many; 0 if none was asked
     */
    public record QuizInfo(String name, String metric, int questions) {
        public QuizInfo {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(metric, "metric");
        }
    }

    /** The run's settings, in the words of the flags. They are the same for both methods; {@code hft…} concern HFT. */
    public record Settings(
            double learningRate,
            String lrSchedulerType,
            int maxSteps,
            int perDeviceTrainBatchSize,
            int gradientAccumulationSteps,
            int maxLength,
            double weightDecay,
            double maxGradNorm,
            long seed,
            String hftStrategy,
            double hftRatio,
            long hftSeed,
            boolean freezeEmbeddings,
            boolean freezeLmHead) {
        public Settings {
            Objects.requireNonNull(lrSchedulerType, "lr_scheduler_type");
            Objects.requireNonNull(hftStrategy, "hft_strategy");
        }
    }
}
