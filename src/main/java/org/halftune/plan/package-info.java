/**
 * What a training will need, before it begins: device memory by category, and what a step asks of a GPU with the time that is
 * expected for it. The step is not described here: {@link org.halftune.plan.StepPrediction} runs the program's own on a backend that
 * writes down instead of computing. Only the rates of GPUs ({@link org.halftune.plan.Gpu}) and the shares of them that kernels are
 * expected to reach ({@link org.halftune.plan.Rates}) are opinions. Begin with {@link org.halftune.plan.TrainingForecast}.
 */
@NullMarked
package org.halftune.plan;

import org.jspecify.annotations.NullMarked;
