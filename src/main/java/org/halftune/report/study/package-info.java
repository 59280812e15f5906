/**
 * The results of a study: from scored cells to means, intervals, tests, tables and {@code study.json}.
 *
 * <p>Reads no rows and trains nothing; the same cells give the same result in any order. Begin with {@link
 * org.halftune.report.study.StudyAnalysis}.
 */
@NullMarked
package org.halftune.report.study;

import org.jspecify.annotations.NullMarked;
