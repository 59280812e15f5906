package org.halftune.report;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of {@code halftune compare}: full fine-tuning (FFT) and half fine-tuning (HFT) of the same base model, on one task,
 * with the same seed and steps.
 *
 * <p>These records define {@code comparison.json}. NaN means not measured: it is {@code null} in the file and a dash in reports.
 *
 * @param title title of the report
 * @param createdAt end of the run
 * @param settings with the learning rate of {@code fft} and {@code hft}
 * @param rates both methods at all learning rates
 * @param fft FFT in detail, at {@code rates.shown}; step times are from all rates, because they do not depend on the rate
 * @param hft the same for HFT
 * @param equalMemory both methods within a memory budget, if requested
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

    /** Whether both were trained side by side; otherwise they do not fit together and were compared at equal memory only. */
    public boolean hasSameStep() {
        return fft.time().measuredSteps() > 0 || equalMemory.isEmpty();
    }

    /** Both results, FFT first, as in every table and chart. */
    public List<MethodResult> methods() {
        return List.of(fft, hft);
    }

    /**
     * The machine.
     *
     * @param cores available to this process
     * @param backend description of device, threads and product library
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
     * @param parameters total; a tied head is counted once
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
     * The data for training and scoring.
     *
     * @param heldOutText the file for the perplexity; empty if none
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
     * @param questions how many; 0 if there are none
     */
    public record QuizInfo(String name, String metric, int questions) {
        public QuizInfo {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(metric, "metric");
        }
    }

    /**
     * The run's settings, by flag, the same for both methods; {@code hft…} apply to HFT.
     *
     * @param hftStrategy with ratios per category, or else the file or the patterns that select
     * @param hftRatio NaN if not one ratio selects
     */
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
