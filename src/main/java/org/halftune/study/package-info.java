/**
 * Studies: methods × tasks × settings × seeds, trained and scored cell by cell, several at the same time.
 *
 * <p>Opens no device by itself and prints nothing. Every finished cell is on disk, so a study can be stopped at any time. Begin with
 * {@link org.halftune.study.StudyRun}.
 */
@NullMarked
package org.halftune.study;

import org.jspecify.annotations.NullMarked;
