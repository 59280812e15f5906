/**
 * Preference optimization as a stage of a run: its rows are pairs, and a reference model stands beside the one that learns. Begin with
 * {@link org.halftune.train.preference.PreferenceStage}.
 */
@NullMarked
package org.halftune.train.preference;

import org.jspecify.annotations.NullMarked;
