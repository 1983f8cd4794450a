package org.thingward.inventory;

/**
 * What is wrong at one place of an import.
 *
 * @param row the line of the CSV file, its header being 1; in JSON the element's number in its
 *     list, from 1; 0 is the document itself
 * @param column the column or member; empty if it is the whole row
 * @param message what is wrong and what to do, one sentence
 */
record RowError(int row, String column, String message) {}
