/**
 * Predicts a training before it begins: device memory by category, and the time of a step on a GPU. {@link
 * org.halftune.plan.StepPrediction} runs the program's own step on a backend that records launches instead of computing. The time model
 * uses the data sheets of GPUs ({@link org.halftune.plan.Gpu}) and the fractions of them that kernels reach ({@link
 * org.halftune.plan.Rates}). Begin with {@link org.halftune.plan.TrainingForecast}.
 */
@NullMarked
package org.halftune.plan;

import org.jspecify.annotations.NullMarked;
