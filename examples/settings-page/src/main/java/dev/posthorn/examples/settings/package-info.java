/** The calls that a page of webhook settings makes. */
@NullMarked
package dev.posthorn.examples.settings;

import org.jspecify.annotations.NullMarked;
