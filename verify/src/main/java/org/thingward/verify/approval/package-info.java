/**
 * Approvals as anyone can check them: how many people of which role or team must agree ({@link
 * org.thingward.verify.approval.Quorum}), what exactly they are asked ({@link
 * org.thingward.verify.approval.ApprovalRequest}), what the ledger keeps of it ({@link
 * org.thingward.verify.approval.ApprovalEntry}), and who signed ({@link
 * org.thingward.verify.approval.ApprovalVerifier}, with the keys of passkeys whose registrations
 * lead back to the bootstrap certificate).
 *
 * <p>Never: count one person twice, or whoever asked (rule O4).
 */
package org.thingward.verify.approval;
