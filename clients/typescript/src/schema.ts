// Generated from services/marketplace/openapi.json by clients/typescript/check --write.

export interface paths {
    "/api/admissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the admissions that the signed-in user holds, newest first. */
        get: operations["list_admissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admissions/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the valid admissions of an order as a PDF, a page for each, for paper: with their codes.
         * @description Those that the signed-in user holds and no device shows, at most 100. Its words are in the first known language of
         *     `Accept-Language`. The file conforms to PDF/A-2a and PDF/UA-1.
         */
        get: operations["show_order_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admissions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an admission that the signed-in user holds. */
        get: operations["show_admission"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admissions/{id}/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the code of an admission, for paper or a screen.
         * @description The code is signed by the issuer; docs/admission-codes.md describes it. The first person
         *     who presents it enters. While a device is bound to the admission, and where the seller allows
         *     codes of devices only, an admission has no such code.
         */
        get: operations["show_code"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admissions/{id}/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Binds an admission to a device, which shows a new code in each period, also without a network.
         * @description Earlier codes are superseded: the static one, and those of other devices. A repeat with the same
         *     key binds nothing again. docs/admission-codes.md describes the record and the codes.
         */
        post: operations["bind_device"];
        /**
         * Returns an admission from its device to the static code.
         * @description Codes of the device are superseded. Without a device, the request has no effect.
         */
        delete: operations["unbind_device"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admissions/{id}/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows an admission as a PDF of one page, for paper: with its code.
         * @description Its words are in the first known language of `Accept-Language`. The file conforms to PDF/A-2a and
         *     PDF/UA-1.
         */
        get: operations["show_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admissions/{id}/resale": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Offers an admission for resale.
         * @description It is on sale as a ticket of one unit, like any other, until it is sold or the event begins.
         *     Meanwhile it admits no person. The buyer receives a code of their own; earlier codes are not
         *     accepted any more. The price is credited to the account of the holder.
         */
        post: operations["list_for_resale"];
        /**
         * Ends the resale of an admission.
         * @description An order that holds the admission may still buy it. Otherwise it is valid again as soon as its
         *     ticket is withdrawn.
         */
        delete: operations["end_resale"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Admits the holder of a valid admission, once.
         * @description For the seller of the ticket or the show, and for a gate of its door. Of two scans at the same instant one is admitted.
         */
        post: operations["check_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merges the entries of a door that had no network.
         * @description Of all entries of an admission the earliest counts, whichever door delivers its scans first; the
         *     others are conflicts, as is an entry by a code that was not valid. A time in the future counts as
         *     the present; an entry of more than 7 days ago is `expired_code`.
         */
        post: operations["merge_check_ins"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the entries of an event that do not count, newest first: for its seller. */
        get: operations["list_conflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts the admissions of an event: for its seller, and for a gate of its door. */
        get: operations["show_counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check-ins/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the public keys with which a door verifies codes, oldest first. */
        get: operations["show_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the gates of the signed-in user, newest first. */
        get: operations["list_gates"];
        put?: never;
        /**
         * Creates a gate, whose device checks codes without a session.
         * @description Its requests have the header `Authorization: Bearer <id>.<key>`. For the seller of the show or of
         *     the tickets. It takes no idempotency key, because the stored response would contain the secret.
         */
        post: operations["create_gate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a gate of the signed-in user: its key is valid no more. */
        delete: operations["revoke_gate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gates/{id}/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the knowledge with which a gate checks codes without a network.
         * @description For the gate, and for its seller. Parts follow until one has no `next`.
         */
        get: operations["show_bundle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{id}/{size}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows an image of a show.
         * @description The content of a URL never changes, so caches may keep it for a year.
         */
        get: operations["show_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mail/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows which mails the signed-in user receives. */
        get: operations["show_preferences"];
        /** Changes which mails the signed-in user receives. */
        put: operations["change_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mail/undelivered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the mails that were lost within the last 30 days, newest first. For administrators. */
        get: operations["list_undelivered"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mail/undelivered/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends lost mails again, newest first, also to addresses that were refused. For administrators.
         * @description Mails with links are not among them: their links have expired or are requested again.
         */
        post: operations["retry_undelivered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mail/unsubscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switches off the mails that can be switched off, by the link of such a mail. */
        post: operations["unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the signed-in user's orders, newest first. */
        get: operations["list_orders"];
        put?: never;
        /**
         * Orders tickets.
         * @description All units are held until the order's deadline, or none. A free order is complete at once. The
         *     tickets of an order are all of one show, or all without a show.
         */
        post: operations["create_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an order of the signed-in user. */
        get: operations["show_order"];
        put?: never;
        post?: never;
        /** Cancels an order of the signed-in user; its units are available again at once. */
        delete: operations["cancel_order"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the timeline of an order of the signed-in user: each step with its time, cause and trace. */
        get: operations["show_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the payments and top-ups of the signed-in user, newest first.
         * @description With `order`, the sellers of the order and administrators list the payments of its payer.
         */
        get: operations["list_payments"];
        put?: never;
        /**
         * Pays an order.
         * @description Returns once the payment is captured, declined or voided, or needs an action of the payer;
         *     otherwise 202 with the present state after ten seconds.
         */
        post: operations["create_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the signed-in user's account: its balances, and its entries, newest first. */
        get: operations["show_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the disputes that payers' banks opened, newest first. For administrators. */
        get: operations["list_disputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/top-ups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Charges a card and adds the amount to the signed-in user's account.
         * @description Returns once the payment is captured or declined, or needs an action of the payer; otherwise 202
         *     with the present state after ten seconds.
         */
        post: operations["create_top_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/unsettled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the payments and top-ups that have not ended, oldest first. For administrators.
         * @description Each waits for its payer, the order or the provider; the oldest ones show for how long.
         */
        get: operations["list_unsettled_payments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/unsettled-refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the refunds that have not ended, oldest first. For administrators. */
        get: operations["list_unsettled_refunds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receives an event of the payment provider.
         * @description The event is stored once by its id and acknowledged at once; it is processed afterwards. The
         *     signature authenticates the provider; no session is required.
         */
        post: operations["receive_provider_event"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows a payment.
         * @description For the payer, the sellers of the order and administrators.
         */
        get: operations["show_payment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/{id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Sets the payer's consent for refunds of a captured payment.
         * @description Refunds consume the consent; a repeated request sets it again.
         */
        put: operations["set_consent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/{id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the refunds of a payment, oldest first.
         * @description For the payer, the sellers of the order and administrators. A seller's list contains only
         *     refunds of the seller's own tickets, so a page may have fewer entries than its limit.
         */
        get: operations["list_refunds"];
        put?: never;
        /**
         * Refunds a captured payment.
         * @description A seller may refund up to the price of the seller's own tickets, an administrator up to the
         *     whole amount. A seller's refund returns units to sale only if all refunds together cover their
         *     price, or if the payer has consented to less. The payer of an order that was placed before its
         *     show was postponed may return units for their price until the date that the seller has set, and
         *     later if a refund that the payer requested has failed. Returns once the money is refunded and
         *     the units are on sale, or once the refund has failed; otherwise 202 with the present state after
         *     a bounded wait.
         */
        post: operations["create_refund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the open reports of offers, oldest first. For administrators. */
        get: operations["list_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Closes a report. For administrators.
         * @description It leaves the list, and is deleted after 90 days. The offer does not change.
         */
        post: operations["close_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sales": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the sales of all shows that have any, the newest show first.
         * @description For administrators. With `Accept: text/csv` the response is a table for spreadsheet programs.
         */
        get: operations["list_sales"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the shows to come, or all shows of the signed-in seller. */
        get: operations["list_shows"];
        put?: never;
        /** Creates a show, with its tickets. */
        post: operations["create_show"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a show with its tickets; to its seller and administrators, also the progress of refunds. */
        get: operations["show_show"];
        /**
         * Replaces the texts, the place and the times of a seller's own show.
         * @description The response is sent once the change is in force, in the show and in all its tickets. While
         *     units are held or sold, only a postponement changes the place and the times.
         */
        put: operations["edit_show"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels a show; for its seller and for administrators.
         * @description No unit is sold after the response. Open orders end, and every paid order is refunded in full.
         *     The show itself has the progress. A cancelled show remains so.
         */
        post: operations["cancel_show"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows/{id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Replaces the image of a seller's own show.
         * @description The body is a JPEG, PNG or WebP file of at most 5,000,000 bytes and 16 megapixels. It is encoded
         *     anew in three sizes, without its metadata. The view of the show contains their URLs, which never
         *     change their content; a later image has other URLs.
         */
        put: operations["put_show_image"];
        post?: never;
        /**
         * Removes the image of a seller's own show.
         * @description Administrators may remove the image of any show.
         */
        delete: operations["delete_show_image"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows/{id}/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the complete orders of a show, the newest first.
         * @description For the seller of the show and administrators. With `Accept: text/csv` the response is a table
         *     for spreadsheet programs.
         */
        get: operations["list_show_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows/{id}/postpone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Postpones a show; for its seller and for administrators.
         * @description Orders remain. Until `refundsUntil` their payers may return units for their price.
         */
        post: operations["postpone_show"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Reports a show to the administrators.
         * @description An account has one open report of a show: a repeat replaces its reason and text. The seller sees
         *     neither the report nor its reporter. At most 20 reports of an account are open.
         */
        put: operations["report_show"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shows/{id}/sales": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the sales of a show, by its tickets and by hour.
         * @description For the seller of the show and administrators. The sums follow the payments within moments. With
         *     `Accept: text/csv` the response is a table of the tickets, or of the hours, for spreadsheet
         *     programs.
         */
        get: operations["show_sales"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the tickets that can be ordered now, or all tickets of the signed-in seller. */
        get: operations["list_tickets"];
        put?: never;
        /** Offers a ticket. */
        post: operations["offer_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a ticket. */
        get: operations["show_ticket"];
        /**
         * Replaces the description and terms of a seller's own ticket.
         * @description A withdrawn ticket is offered again. The response is sent once the change is in force: every
         *     later order has the new terms. Only administrators can offer a ticket again that an
         *     administrator took down.
         */
        put: operations["edit_ticket"];
        post?: never;
        /**
         * Withdraws a seller's own ticket.
         * @description No unit is sold after the response. Existing orders remain. Administrators may take down any
         *     ticket, even if its only unit is held or sold; its seller cannot offer it again.
         */
        delete: operations["withdraw_ticket"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tickets/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Reports a ticket to the administrators.
         * @description An account has one open report of a ticket: a repeat replaces its reason and text. The seller
         *     sees neither the report nor its reporter. At most 20 reports of an account are open.
         */
        put: operations["report_ticket"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the transfers of the signed-in user, newest first. */
        get: operations["list_transfers"];
        put?: never;
        /**
         * Offers admissions to another person, who may accept them within seven days.
         * @description All of them change the holder, or none. Until then the sender may enter with each, which ends
         *     the transfer. The response is the same whether an account or an address exists or not.
         */
        post: operations["offer_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/links/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the signed-in user the recipient of a transfer to an address, by the link of its mail.
         * @description The link proves that the user reads the mail of the address, whichever address the account has.
         *     It works until the transfer ends.
         */
        post: operations["claim_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a transfer that the signed-in user offered or may accept. */
        get: operations["show_transfer"];
        put?: never;
        post?: never;
        /** Takes back a transfer of the signed-in user, who keeps the admissions. */
        delete: operations["cancel_transfer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accepts a transfer: the signed-in user holds all its admissions from now on.
         * @description Codes that the sender has do not admit any more.
         */
        post: operations["accept_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Declines a transfer to the signed-in user; the sender keeps the admissions. */
        post: operations["decline_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/currentuser": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the signed-in account, if any.
         * @description A session token past half of its lifetime is renewed with the renewal cookie of the same
         *     session, so a browser that calls this route with every page needs no other renewal.
         */
        get: operations["current_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mails a link to another e-mail address, which becomes that of the signed-in user.
         * @description The link is valid for 24 hours, and until the password changes. The response is the same for an
         *     address that has an account: its owner receives a mail without a link.
         */
        post: operations["change_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/email/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verifies the e-mail address of the signed-in user, or changes it, by the link of a mail.
         * @description Requires a session of the account: the reader of a mail cannot verify the address of another
         *     person's account by mistake. After a change the earlier address receives a mail that can undo it
         *     for a week.
         */
        post: operations["confirm_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/email/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restores the earlier e-mail address of an account, by the link of a mail to that address.
         * @description Every session of the account ends, and the present password is void: a link to set another one is
         *     mailed to the restored address. A second factor that was switched on after the change is off.
         */
        post: operations["restore_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mails a link that verifies the e-mail address of the signed-in user.
         * @description The link is valid for 24 hours. After five mails to an address in an hour, further requests have
         *     no effect.
         */
        post: operations["request_verification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finds the account of an e-mail address. For administrators.
         * @description The address is in the body, since proxies and browsers store the URL of a request.
         */
        post: operations["find_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erases the signed-in user's account in every service, permanently.
         * @description Sessions end, the e-mail address becomes free, and the account's tickets are withdrawn. Orders,
         *     payments and ledger entries remain, under an id that no longer identifies a person. Rejected
         *     while orders, payments or sales are open. Limit: ten requests a minute.
         */
        delete: operations["erase_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exports all data that the services store about the signed-in user.
         * @description Each service contributes a part. Parts that are not ready within ten seconds are missing from
         *     the response, whose status is then 202. Limit: ten requests a minute.
         */
        get: operations["export_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes the signed-in user's password.
         * @description Every session of the account ends; the response sets the cookies of a new session.
         */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/password/forgotten": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mails a link that sets another password.
         * @description The response is the same for an address without an account, to which nothing is sent. The link is
         *     valid for 30 minutes, and until the password changes. After five mails to an address in an hour,
         *     further requests have no effect.
         */
        post: operations["request_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets another password by the link of a mail, which also verifies the e-mail address.
         * @description Every session of the account ends, and no new one begins.
         */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renews the session: sets a new session token, until the session ends.
         * @description For clients that receive 401 from any service. If this route returns 401 too, the session has
         *     ended. A renewal cookie of another session than the one of a valid token is ignored.
         */
        post: operations["renew_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows whether the signed-in user has a second factor. */
        get: operations["show_second_factor"];
        put?: never;
        /**
         * Creates the secret of a second factor.
         * @description The factor is on once `POST /api/users/second-factor/confirm` has received a code of the secret,
         *     within 15 minutes. A repeat replaces the secret.
         */
        post: operations["start_second_factor"];
        /**
         * Switches the second factor off.
         * @description Its secret and its recovery codes are deleted. Sessions continue. An administrator of a
         *     marketplace that requires a second factor has no rights from the next token on.
         */
        delete: operations["stop_second_factor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switches the second factor on, with a code of the new secret.
         * @description Every session of the account ends; the response sets the cookies of a new session. A code counts
         *     as a password guess. The recovery codes are shown once.
         */
        post: operations["confirm_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces the recovery codes.
         * @description All earlier ones become void. The new ones are shown once.
         */
        post: operations["replace_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the signed-in user's active sessions, newest first, at most 100. */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a session of the signed-in user, in every service at once. */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/signin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signs in.
         * @description An unknown address and a wrong password give the same response in the same time. After five
         *     wrong passwords, each further one doubles the wait before the next attempt, up to one minute. An
         *     account with a second factor also needs an unused code; an attempt without one, or with a wrong
         *     one, counts as a wrong password.
         */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/signout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the session, in every service at once.
         * @description Without a session nothing changes. If the request has several cookies of the same name, all
         *     their sessions end.
         */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/signout-everywhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends every session of the signed-in user, including the present one. */
        post: operations["sign_out_everywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Creates an account and signs in, or mails a link that does.
         * @description Where only verified accounts may trade, the account begins with the mailed link and
         *     `/api/users/signup/confirm`, and the response is the same for an address that has an account.
         */
        post: operations["sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/signup/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Creates the account of a sign-up whose link was mailed, and signs in.
         * @description An account with the address that was never verified is taken over: its sessions end. After five
         *     wrong passwords the link ends.
         */
        post: operations["confirm_sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns an account, such as that of the seller of an offer. For administrators. */
        get: operations["show_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/ban": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bans an account.
         * @description Its sessions end, it cannot sign in, and its tickets cannot be ordered. For administrators. The
         *     last administrator cannot be banned.
         */
        post: operations["ban_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/revoke-admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revokes an account's administrator role.
         * @description Its sessions end. An administrator may revoke the role of any account, including their own. The
         *     last administrator cannot be removed. For administrators.
         */
        post: operations["revoke_admin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/unban": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lifts the ban of an account.
         * @description The account can sign in again, and its tickets can be ordered again. For administrators.
         */
        post: operations["unban_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Balances and entries of an account. */
        AccountView: {
            /** @description A balance for each currency that the account has had. */
            balances: components["schemas"]["BalanceView"][];
            /** @description The entries, newest first. */
            entries: components["schemas"]["EntryView"][];
        };
        /** @description An action that the payer must complete, such as 3-D Secure. */
        ActionView: {
            /** @description Secret for the provider's script in the browser. */
            clientSecret: string;
            /** @description Address of the action for browsers without that script. */
            url?: string | null;
        };
        /** @description Numbers of admissions of an event. */
        AdmissionCountsView: {
            /**
             * Format: int64
             * @description All admissions.
             */
            issued: number;
            /**
             * Format: int64
             * @description Those whose holder has entered.
             */
            used: number;
            /**
             * Format: int64
             * @description Those that are void.
             */
            void: number;
        };
        /**
         * @description State of an admission.
         * @enum {string}
         */
        AdmissionStateView: "valid" | "listed" | "used" | "void";
        /** @description The right of one holder to enter once. */
        AdmissionView: {
            /**
             * Format: int32
             * @description Version of the code; earlier ones are not accepted.
             */
            credentialVersion: number;
            currency: components["schemas"]["Currency"];
            holder: components["schemas"]["Id"];
            id: components["schemas"]["Id"];
            /** @description Whether a device shows the code, which it renews. */
            isOnDevice: boolean;
            issuedAt: components["schemas"]["Timestamp"];
            orderId: components["schemas"]["Id"];
            /** @description The price that was paid first. */
            price: components["schemas"]["Decimal"];
            resale?: components["schemas"]["ListingView"] | null;
            showId?: components["schemas"]["Id"] | null;
            startsAt?: components["schemas"]["Timestamp"] | null;
            state: components["schemas"]["AdmissionStateView"];
            ticketId: components["schemas"]["Id"];
            /** @description The title of the ticket when it was ordered. */
            title: string;
            transferId?: components["schemas"]["Id"] | null;
            /**
             * Format: int32
             * @description Number of the unit among those of the ticket in the order, from 1.
             */
            unit: number;
            /**
             * Format: int32
             * @description Units of the ticket in the order.
             */
            units: number;
            usedAt?: components["schemas"]["Timestamp"] | null;
            venue?: string | null;
            /** Format: int64 */
            version: number;
        };
        /** @description Balance of an account in one currency. */
        BalanceView: {
            /** @description Never below zero. */
            balance: components["schemas"]["Decimal"];
            currency: components["schemas"]["Currency"];
        };
        /** @description A device that shows the codes of an admission. */
        BindDeviceBody: {
            /**
             * @description The public half of an Ed25519 key that the device made: 32 bytes in URL-safe base64. The
             *     private half does not leave the device.
             */
            publicKey: string;
        };
        /** @description A bucket of a histogram. */
        BucketView: {
            /**
             * Format: double
             * @description Its upper bound.
             */
            at_most?: number | null;
            /**
             * Format: double
             * @description Number of values up to the bound.
             */
            count: number;
        };
        /** @description The knowledge with which a gate checks codes without a network. It contains no secret. */
        BundleView: {
            /**
             * @description Admissions that are used or void, or have another credential than the first. Every other
             *     admission is valid, with credential version 1.
             */
            admissions: components["schemas"]["CredentialView"][];
            /** @description Those whose static codes are superseded, since their seller allows codes of devices only. */
            deviceOnly: components["schemas"]["Id"][];
            /** @description The public keys of codes. */
            keys: components["schemas"]["CodeKeyView"][];
            /** @description The name of the gate. */
            name: string;
            /** @description The `cursor` of the next part, if any. */
            next?: string | null;
            /** @description The time of the service. That of the first part is the `since` of the next bundle. */
            now: components["schemas"]["Timestamp"];
            showId?: components["schemas"]["Id"] | null;
            /** @description The tickets of the door. */
            ticketIds: components["schemas"]["Id"][];
            /** @description The title of the show. */
            title?: string | null;
        };
        /**
         * @description Reason of a cancellation.
         * @enum {string}
         */
        CancelReason: "buyer" | "expired" | "show_cancelled";
        /** @description The sales of one ticket of a show. */
        CategorySalesView: {
            currency: components["schemas"]["Currency"];
            /**
             * Format: int32
             * @description Units in orders that are not paid yet.
             */
            held: number;
            /**
             * Format: int32
             * @description Total units offered.
             */
            offered: number;
            /** @description Price of one unit at present. */
            price: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description Of these, the units that returned to sale.
             */
            returned: number;
            /** @description Of this, the price of the returned units. */
            returnedFor: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description Units of complete orders.
             */
            sold: number;
            /** @description The price of the sold units, at the prices of their orders. */
            soldFor: components["schemas"]["Decimal"];
            ticketId: components["schemas"]["Id"];
            title: string;
        };
        /** @description Cause of a step. */
        Cause: {
            /** @description The request's id, as in the `X-Request-Id` header. */
            id?: string | null;
            /** @enum {string} */
            kind: "request";
        } | {
            /** @description The message's id, such as `payment:6920…:2`. */
            id: string;
            /** @enum {string} */
            kind: "message";
        } | {
            /** @enum {string} */
            kind: "deadline";
        } | {
            /** @enum {string} */
            kind: "show_cancelled";
        };
        /**
         * @description Reason for an entry.
         * @enum {string}
         */
        CauseView: "top_up" | "hold" | "release" | "sale" | "stray_capture" | "dispute_opened" | "dispute_won" | "dispute_lost" | "refund" | "refund_paid" | "refund_failed" | "refund_credited";
        /** @description Another address, the present password, and a code of the second factor. */
        ChangeEmailBody: {
            /** @description An unused code of the second factor, or a recovery code; required while the factor is on. */
            code?: string | null;
            /** @description The present password, in any Unicode normalisation form. */
            currentPassword: string;
            /**
             * Format: idn-email
             * @description The e-mail address that the account is to have.
             */
            email: string;
        };
        /** @description The present password and the new one. */
        ChangePasswordBody: {
            /** @description The present password, in any Unicode normalisation form. */
            currentPassword: string;
            /**
             * @description 8 to 128 characters, not one of the most common passwords; prepared by RFC 8265
             *     (`OpaqueString`).
             */
            newPassword: string;
        };
        /** @description Which mails the account receives. */
        ChangePreferencesBody: {
            language?: components["schemas"]["Language"] | null;
            /** @description Whether the first sale and the sales of each day are mailed to the seller. */
            sales: boolean;
            /** @description Whether changes of shows are mailed to the buyer. */
            showChanges: boolean;
        };
        /** @description Change of a show since units of it were ordered. */
        ChangedShowView: {
            /** @description Until this time the payer may return the units for their price. */
            refundsUntil: components["schemas"]["Timestamp"];
            /** @enum {string} */
            status: "postponed";
        } | {
            /** @enum {string} */
            status: "cancelled";
        };
        /** @description Changes of a ticket since its units were ordered: the present value of each field that differs. */
        ChangedView: {
            show?: components["schemas"]["ChangedShowView"] | null;
            startsAt?: components["schemas"]["Timestamp"] | null;
            title?: string | null;
            /** @description null if the ticket no longer has one. */
            venue?: string | null;
            /** @description Whether the ticket is no longer offered. */
            withdrawn: boolean;
        };
        /** @description A scan at a door: of one ticket, or of a show with all its tickets. */
        CheckInBody: {
            /** @description The text of the code. Text that is no code is `forged`. */
            code: string;
            /** @description 1 to 64 visible ASCII characters, chosen by the door: a repeat returns the first result. */
            scanId: string;
            showId?: components["schemas"]["Id"] | null;
            ticketId?: components["schemas"]["Id"] | null;
        };
        /**
         * @description The result of a scan.
         * @enum {string}
         */
        CheckInResult: "admitted" | "already_used" | "listed" | "void" | "superseded" | "wrong_ticket" | "expired_code" | "forged";
        /** @description The result of a scan. */
        CheckInView: {
            admissionId?: components["schemas"]["Id"] | null;
            result: components["schemas"]["CheckInResult"];
            /** @description The title of the ticket, its category at a show, if the code is for this door. */
            title?: string | null;
            /**
             * Format: int32
             * @description Number of the unit among those of the ticket in the order, from 1.
             */
            unit?: number | null;
            /**
             * Format: int32
             * @description Units of the ticket in the order.
             */
            units?: number | null;
            usedAt?: components["schemas"]["Timestamp"] | null;
        };
        /** @description The link of a mail. */
        ClaimTransferBody: {
            /** @description The last part of the link in the mail. */
            token: string;
        };
        /**
         * @description The kind of problem, for programs.
         * @enum {string}
         */
        Code: "above_cap" | "account_banned" | "address_changed_often" | "address_unverified" | "administrator" | "already_verified" | "amount_not_chargeable" | "bad_credentials" | "bad_signature" | "being_transferred" | "below_committed" | "busy" | "clock_off" | "credit_left" | "cross_site" | "device_only" | "email_taken" | "forbidden" | "gate_ended" | "headers_too_large" | "held_by_device" | "hold_limit" | "idempotency_key_reused" | "insufficient_credit" | "internal" | "invalid_id" | "invalid_request" | "last_administrator" | "link_ended" | "malformed_json" | "method_not_allowed" | "network_limit" | "not_captured" | "not_enough" | "not_found" | "not_listed" | "not_offered" | "not_signed_in" | "not_valid" | "open_orders" | "open_payments" | "open_sales" | "order_cancelled" | "order_complete" | "order_expired" | "other_account" | "own_offer" | "own_ticket" | "payer_must_agree" | "payment_declined" | "payment_disputed" | "payment_in_progress" | "precondition_failed" | "refund_exceeds" | "refund_period_over" | "report_limit" | "request_timeout" | "resale" | "resale_limit" | "reserved" | "same_address" | "same_user" | "second_factor_off" | "second_factor_on" | "second_factor_required" | "show_begun" | "show_cancelled" | "show_full" | "show_started" | "shows_differ" | "sold_out" | "taken_down" | "too_large" | "too_many_card_attempts" | "too_many_devices" | "too_many_pages" | "too_many_requests" | "total_changed" | "transfer_ended" | "unavailable" | "units_not_refunded" | "unsupported_image" | "unsupported_media_type" | "uri_too_long" | "version_conflict";
        /** @description A public key (RFC 8037). */
        CodeKeyView: {
            crv: string;
            /** @description The number of the key in codes. */
            kid: string;
            kty: string;
            /** @description 32 bytes in URL-safe base64. */
            x: string;
        };
        /** @description The public keys of codes. */
        CodeKeysView: {
            keys: components["schemas"]["CodeKeyView"][];
        };
        /** @description The code of an admission. */
        CodeView: {
            /** @description The text of the code. */
            code: string;
            /**
             * Format: int32
             * @description Its version.
             */
            credentialVersion: number;
        };
        /** @description A code of the new secret. */
        ConfirmSecondFactorBody: {
            /** @description The six digits that the authenticator application shows, with any spaces. */
            code: string;
        };
        /** @description The link of the mail, and the password of the sign-up. */
        ConfirmSignUpBody: {
            /**
             * @description The password of the sign-up, so that the reader of the mail cannot confirm the sign-up of
             *     another person.
             */
            password: string;
            /** @description The last part of the link in the mail. */
            token: string;
        };
        /** @description An entry that does not count: a door without a network admitted the person. */
        ConflictView: {
            admissionId?: components["schemas"]["Id"] | null;
            /** @description When the code was scanned. */
            at: components["schemas"]["Timestamp"];
            gateId?: components["schemas"]["Id"] | null;
            /** @description Why it does not count. */
            result: components["schemas"]["CheckInResult"];
            /** @description The title of the ticket, its category at a show, if the admission is of this event. */
            title?: string | null;
            /**
             * Format: int32
             * @description Number of the unit among those of the ticket in the order, from 1.
             */
            unit?: number | null;
            /**
             * Format: int32
             * @description Units of the ticket in the order.
             */
            units?: number | null;
        };
        /** @description Consent of a payer. */
        ConsentView: {
            /** @description Whether a seller may refund a payment by card to credit, once. */
            credit: boolean;
            /** @description Units that a seller may return to sale for less than their price. */
            returns: components["schemas"]["ReturnedUnits"][];
        };
        /** @description A gate: at the door of a show with all its tickets, or of some tickets. */
        CreateGateBody: {
            /** @description The name, for the seller. */
            name: string;
            showId?: components["schemas"]["Id"] | null;
            /** @description 1 to 20 tickets of the door; instead of `showId`. */
            ticketIds?: components["schemas"]["Id"][] | null;
        };
        /** @description The tickets to order: one ticket, or several as `items`. */
        CreateOrderBody: {
            expectedTotal?: components["schemas"]["Decimal"] | null;
            /** @description 1 to 10 tickets, each once. */
            items?: components["schemas"]["OrderedItem"][] | null;
            quantity?: components["schemas"]["Quantity"] | null;
            ticketId?: components["schemas"]["Id"] | null;
        };
        /** @description An order, and the means of payment: a token or a method */
        CreatePaymentBody: {
            /**
             * @description `credit`, to pay with credit instead of a token
             * @enum {string}
             */
            method?: "credit";
            /**
             * @description 24 hex digits
             * @example 692000f2a1b2c3d4e5f60718
             */
            orderId: string;
            /** @description The provider's token for a card */
            token?: string;
        };
        /** @description The refund to make. */
        CreateRefundBody: {
            amount?: components["schemas"]["Decimal"] | null;
            /**
             * @description Units of the order to return to sale, each ticket once; none by default, of the payer
             *     all that remain.
             */
            returns?: components["schemas"]["ReturnsBody"][] | null;
            to?: components["schemas"]["Method"] | null;
        };
        /** @description A show, and tickets that are offered with it. */
        CreateShowBody: {
            /** @description 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF. */
            description?: string | null;
            doorsAt?: components["schemas"]["Timestamp"] | null;
            /** @description The start, in the future. */
            startsAt: components["schemas"]["Timestamp"];
            /**
             * @description Its tickets, the price categories, in one currency; none by default. Further ones are
             *     offered with their `showId`.
             */
            tickets?: components["schemas"]["ShowTicketBody"][] | null;
            /** @description 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C. */
            title: string;
            /** @description The place. */
            venue: components["schemas"]["VenueBody"];
        };
        /** @description The amount to add to the account, and the card to charge. */
        CreateTopUpBody: {
            /**
             * @description Above zero, at most 10,000,000, with at most the decimals of its currency, and chargeable
             *     by the provider.
             */
            amount: components["schemas"]["Decimal"];
            currency?: components["schemas"]["Currency"] | null;
            /** @description The provider's token for a card. */
            token: string;
        };
        /** @description The present credential of an admission. */
        CredentialView: {
            /** Format: int32 */
            credentialVersion: number;
            id: components["schemas"]["Id"];
            state: components["schemas"]["AdmissionStateView"];
        };
        /**
         * @description ISO 4217 code; returned in lower case
         * @example usd
         */
        Currency: string;
        /** @description The signed-in account. */
        CurrentUserView: {
            currentUser?: components["schemas"]["UserView"] | null;
        };
        /**
         * @description Exact decimal number of major units
         * @example 20.5
         */
        Decimal: number;
        /** @description The record of a device, which signs a code with it in each period. */
        DeviceView: {
            /**
             * Format: int32
             * @description The version of its codes.
             */
            credentialVersion: number;
            /**
             * Format: int32
             * @description Seconds for which the device shows one code.
             */
            period: number;
            /** @description 129 bytes in URL-safe base64, signed by the issuer. */
            record: string;
        };
        /**
         * @description State of a dispute.
         * @enum {string}
         */
        DisputeStatusView: "open" | "won" | "lost";
        /** @description A dispute of a payment. */
        DisputeView: {
            amount: components["schemas"]["Decimal"];
            closedAt?: components["schemas"]["Timestamp"] | null;
            currency: components["schemas"]["Currency"];
            id: components["schemas"]["Id"];
            openedAt: components["schemas"]["Timestamp"];
            orderId?: components["schemas"]["Id"] | null;
            payer: components["schemas"]["Id"];
            paymentId: components["schemas"]["Id"];
            status: components["schemas"]["DisputeStatusView"];
            /** @description The provider's id of the dispute. */
            stripeId: string;
        };
        /** @description The new texts, place and times of a show. */
        EditShowBody: {
            /** @description 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF. */
            description?: string | null;
            doorsAt?: components["schemas"]["Timestamp"] | null;
            /** @description The start, in the future unless it is unchanged. */
            startsAt: components["schemas"]["Timestamp"];
            /** @description 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C. */
            title: string;
            /** @description The place. */
            venue: components["schemas"]["VenueBody"];
            /**
             * Format: int64
             * @description Version of the show that was read; another present version is a conflict.
             */
            version?: number | null;
        };
        /**
         * @description The new description and terms of a ticket. Absent fields have the same defaults as in an
         *     offer. A ticket of a show has the venue and the start of the show, and keeps its currency.
         */
        EditTicketBody: {
            currency?: components["schemas"]["Currency"] | null;
            /** @description 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF. */
            description?: string | null;
            /** @description Whether admissions have codes of devices only, and none on paper; false by default. */
            deviceOnly?: boolean | null;
            /** @description Whether units can be ordered after the start; false by default. */
            lateSales?: boolean | null;
            /** @description Price of one unit. Existing orders keep their price. */
            price: components["schemas"]["Decimal"];
            /**
             * Format: int32
             * @description Total units offered, including units sold; 1 by default.
             */
            quantity?: number | null;
            /**
             * Format: int32
             * @description The highest price of a resale, in percent of the price; 100 by default, 0 forbids it.
             */
            resaleCap?: number | null;
            startsAt?: components["schemas"]["Timestamp"] | null;
            /** @description 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C. */
            title: string;
            /** @description 1 to 200 characters, by the rules of the title. */
            venue?: string | null;
            /**
             * Format: int64
             * @description Version of the ticket that was read; another present version is a conflict.
             */
            version?: number | null;
        };
        /** @description An empty object. */
        EmptyView: Record<string, never>;
        /** @description One entry of an account. */
        EntryView: {
            amount: components["schemas"]["Decimal"];
            at: components["schemas"]["Timestamp"];
            /** @description Balance after this entry, in its currency. */
            balance: components["schemas"]["Decimal"];
            /** @description Reason for the entry. */
            cause: components["schemas"]["CauseView"];
            currency: components["schemas"]["Currency"];
            id: string;
            orderId?: components["schemas"]["Id"] | null;
            paymentId: components["schemas"]["Id"];
            refundId?: components["schemas"]["Id"] | null;
            /** @description A credit increases the balance, a debit decreases it. */
            side: components["schemas"]["Side"];
        };
        /** @description Confirmation of an erasure. */
        EraseUserBody: {
            /** @description An unused code of the second factor, or a recovery code; required while the factor is on. */
            code?: string | null;
            /** @description Whether credit on the account may be forfeited; false by default. */
            forfeitCredit?: boolean | null;
            /** @description The present password. */
            password: string;
        };
        /** @description The data that one service stores. */
        ExportPartView: {
            /**
             * @description False if documents were left out: a part has at most the newest 200 documents of each kind,
             *     and 256 KiB. The list routes return the others.
             */
            isComplete: boolean;
            /** @description The stored documents, by kind. */
            items: Record<string, never>;
        };
        /** @description All data stored about a person. */
        ExportView: {
            account: components["schemas"]["ExportedAccountView"];
            /** @description Whether the parts of all services are present. */
            isComplete: boolean;
            /** @description Services whose part is missing. */
            missing: string[];
            /** @description The parts, by service. */
            parts: {
                [key: string]: components["schemas"]["ExportPartView"];
            };
            requestedAt: components["schemas"]["Timestamp"];
        };
        /** @description The account, as auth stores it. */
        ExportedAccountView: components["schemas"]["UserView"] & {
            createdAt: components["schemas"]["Timestamp"];
            /** @description Whether a sign-in needs a second factor. Its secret is not exported. */
            hasSecondFactor: boolean;
            isAdmin: boolean;
            /** @description The 100 latest active sessions. */
            sessions: components["schemas"]["ExportedSessionView"][];
        };
        /** @description A session. */
        ExportedSessionView: {
            createdAt: components["schemas"]["Timestamp"];
            device: string;
            lastSeenAt: components["schemas"]["Timestamp"];
        };
        /** @description One violated rule, and its field if it concerns one. */
        FieldError: {
            /** @description The field: its name in the body, the query or the header. */
            field?: string | null;
            /** @description The violated rule: `must be 1 to 200 characters`. */
            message: string;
        };
        /** @description The account to find. */
        FindUserBody: {
            /**
             * Format: idn-email
             * @description The e-mail address, in any equivalent spelling.
             */
            email: string;
        };
        /** @description An account, as administrators see it. */
        FoundUserView: {
            createdAt: components["schemas"]["Timestamp"];
            email: string;
            id: components["schemas"]["Id"];
            /** @description Whether the account is an administrator. */
            isAdmin: boolean;
            /** @description Whether the account is banned: it cannot sign in, and its tickets cannot be ordered. */
            isBanned: boolean;
        };
        /** @description A device that checks codes at a door. */
        GateView: {
            createdAt: components["schemas"]["Timestamp"];
            id: components["schemas"]["Id"];
            name: string;
            showId?: components["schemas"]["Id"] | null;
            /** @description The tickets of the door. */
            ticketIds?: components["schemas"]["Id"][] | null;
        };
        /** @description Liveness or readiness of a process. */
        HealthView: {
            /** @description Failing dependencies without which requests are still served. */
            degraded?: string[];
            /** @description Failing dependencies without which no request can be served. */
            failing?: string[];
            /** @description `ok`, or `unavailable`. */
            status: string;
        };
        /** @description The sums of the orders of one hour. */
        HourSalesView: components["schemas"]["SaleSumsView"] & {
            /** @description The start of the hour, in UTC. */
            hour: components["schemas"]["Timestamp"];
        };
        /**
         * @description 24 hex digits
         * @example 692000f2a1b2c3d4e5f60718
         */
        Id: string;
        /** @description The paths of an image, whose content never changes. Each is a JPEG. */
        ImageView: {
            /** @description At most 1,600 pixels wide. */
            large: string;
            /** @description At most 800 pixels wide. */
            medium: string;
            /** @description At most 320 pixels wide. */
            small: string;
        };
        /** @description A public key as a JSON Web Key (RFC 7517; of Ed25519: RFC 8037). */
        Jwk: {
            /**
             * @description The only algorithm of the key.
             * @example EdDSA
             */
            alg: string;
            /**
             * @description The curve.
             * @example Ed25519
             */
            crv: string;
            /** @description Its id, which tokens name: its thumbprint (RFC 7638). */
            kid: string;
            /**
             * @description The key type.
             * @example OKP
             */
            kty: string;
            /**
             * @description Its purpose.
             * @example sig
             */
            use: string;
            /** @description The key: 32 bytes, base64url. */
            x: string;
        };
        /**
         * @description A language, with the forms of dates and numbers of its region. Serialised as its tag.
         * @enum {string}
         */
        Language: "en-GB" | "en-US" | "de";
        /** @description The link of a mail. */
        LinkBody: {
            /** @description The last part of the link in the mail. */
            token: string;
        };
        /** @description A resale. */
        ListingView: {
            /** @description Whether it ends unless a purchase is under way. */
            isEnding: boolean;
            price: components["schemas"]["Decimal"];
            /** @description The ticket that is on sale. */
            ticketId: components["schemas"]["Id"];
        };
        /** @description The mails that an account receives. Mails about security and money cannot be switched off. */
        MailPreferencesView: {
            /**
             * @description Whether the server of the account's address refused mail within the last 30 days, so that
             *     nothing is sent to it.
             */
            isRefused: boolean;
            language?: components["schemas"]["Language"] | null;
            /** @description Whether the first sale and the sales of each day are mailed to the seller. */
            sales: boolean;
            /** @description Whether changes of shows are mailed to the buyer. */
            showChanges: boolean;
        };
        /** @description All metrics. */
        MeasuredView: {
            /** @description The metrics, in order of their names. */
            metrics: components["schemas"]["MetricView"][];
        };
        /** @description Entries of a door that had no network. */
        MergeCheckInsBody: {
            /** @description Up to 500 scans whose holders the door admitted. */
            scans?: components["schemas"]["ScanBody"][] | null;
            showId?: components["schemas"]["Id"] | null;
            ticketId?: components["schemas"]["Id"] | null;
        };
        /** @description The result of one scan of several. */
        MergedScanView: components["schemas"]["CheckInView"] & {
            scanId: string;
        };
        /**
         * @description Destination of a refund.
         * @enum {string}
         */
        Method: "card" | "credit";
        /** @description One metric. */
        MetricView: {
            /** @description Its description. */
            help?: string | null;
            /** @description `http_requests_total` */
            name: string;
            /** @description Its samples. */
            samples: components["schemas"]["SampleView"][];
            /** @description `counter`, `gauge`, `histogram`, `summary` or `untyped`. */
            type: string;
        };
        /** @description A new gate. */
        NewGateView: {
            id: components["schemas"]["Id"];
            /** @description The secret half of its key. It is not shown again. */
            key: string;
        };
        /**
         * @description Kind of a reported offer.
         * @enum {string}
         */
        OfferKindView: "ticket" | "show";
        /** @description Description and terms of a ticket. */
        OfferTicketBody: {
            currency?: components["schemas"]["Currency"] | null;
            /** @description 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF. */
            description?: string | null;
            /** @description Whether admissions have codes of devices only, and none on paper; false by default. */
            deviceOnly?: boolean | null;
            /** @description Whether units can be ordered after the start; false by default. */
            lateSales?: boolean | null;
            /** @description Price of one unit, with at most the decimals of its currency; zero for a free ticket. */
            price: components["schemas"]["Decimal"];
            /**
             * Format: int32
             * @description Units offered; 1 by default.
             */
            quantity?: number | null;
            /**
             * Format: int32
             * @description The highest price of a resale, in percent of the price; 100 by default, 0 forbids it.
             */
            resaleCap?: number | null;
            showId?: components["schemas"]["Id"] | null;
            startsAt?: components["schemas"]["Timestamp"] | null;
            /** @description 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C. */
            title: string;
            /** @description 1 to 200 characters, by the rules of the title. */
            venue?: string | null;
        };
        /**
         * @description Admissions, named or as a number of those of a ticket; and the recipient, as an account or
         *     an address.
         */
        OfferTransferBody: {
            /** @description 1 to 100 admissions, each once. */
            admissionIds?: components["schemas"]["Id"][] | null;
            /**
             * Format: int32
             * @description Admissions of that ticket, 1 to 100; 1 by default.
             */
            quantity?: number | null;
            ticketId?: components["schemas"]["Id"] | null;
            /**
             * @description The address of the recipient, instead of `toUser`. The account that opens the link in
             *     its mail becomes the recipient.
             */
            toEmail?: string | null;
            toUser?: components["schemas"]["Id"] | null;
        };
        /**
         * @description Whether a ticket can be ordered.
         * @enum {string}
         */
        OfferView: "open" | "withdrawn" | "taken_down" | "suspended" | "ended" | "cancelled";
        /** @description A new transfer. */
        OfferedTransferView: {
            id: components["schemas"]["Id"];
            state: components["schemas"]["TransferStateView"];
        };
        /** @description Units of one ticket, with the terms of the ticket when they were held. */
        OrderItemView: {
            changed?: components["schemas"]["ChangedView"] | null;
            price: components["schemas"]["Decimal"];
            /** Format: int32 */
            quantity: number;
            /**
             * Format: int32
             * @description Units of these that were refunded and returned to sale.
             */
            returned: number;
            startsAt?: components["schemas"]["Timestamp"] | null;
            ticketId: components["schemas"]["Id"];
            title: string;
            venue?: string | null;
        };
        /** @description A payment of the order. */
        OrderPaymentView: {
            amount: components["schemas"]["Decimal"];
            id: components["schemas"]["Id"];
            /** @description The amount refunded so far. */
            refunded: components["schemas"]["Decimal"];
            status: components["schemas"]["PaymentStanding"];
        };
        /** @description A successful refund of a payment of the order. */
        OrderRefundView: {
            amount: components["schemas"]["Decimal"];
            at: components["schemas"]["Timestamp"];
            id: components["schemas"]["Id"];
            paymentId: components["schemas"]["Id"];
            status: components["schemas"]["RefundStatus"];
            to: components["schemas"]["RefundMethod"];
        };
        /** @description The ticket of the first item. */
        OrderTicketView: {
            id: components["schemas"]["Id"];
            price: components["schemas"]["Decimal"];
            title: string;
        };
        /** @description An order. */
        OrderView: {
            createdAt: components["schemas"]["Timestamp"];
            currency: components["schemas"]["Currency"];
            expiresAt: components["schemas"]["Timestamp"];
            id: components["schemas"]["Id"];
            items: components["schemas"]["OrderItemView"][];
            /** @description Payments of the order, oldest first, at most 20. */
            payments: components["schemas"]["OrderPaymentView"][];
            reason?: components["schemas"]["CancelReason"] | null;
            /** @description Refunds of the order's payments. */
            refunds: components["schemas"]["OrderRefundView"][];
            showId?: components["schemas"]["Id"] | null;
            status: components["schemas"]["StatusView"];
            ticket?: components["schemas"]["OrderTicketView"] | null;
            total: components["schemas"]["Decimal"];
            userId: components["schemas"]["Id"];
            /** Format: int64 */
            version: number;
        };
        /** @description Units of one ticket. */
        OrderedItem: {
            /** @description Units of the ticket, 1 to 100. */
            quantity: components["schemas"]["Quantity"];
            /** @description The ticket. */
            ticketId: components["schemas"]["Id"];
        };
        /**
         * @description The origin of a refund.
         * @enum {string}
         */
        Origin: "requested" | "returned" | "provider" | "show_cancelled";
        /**
         * @description State of a payment.
         * @enum {string}
         */
        PaymentStanding: "started" | "authorized" | "captured" | "voided" | "declined";
        /**
         * @description Status of a payment.
         * @enum {string}
         */
        PaymentStatusView: "started" | "requires_action" | "authorized" | "captured" | "voided" | "declined";
        /** @description A payment. */
        PaymentView: {
            action?: components["schemas"]["ActionView"] | null;
            amount: components["schemas"]["Decimal"];
            consent?: components["schemas"]["ConsentView"] | null;
            currency: components["schemas"]["Currency"];
            disputeStatus?: components["schemas"]["DisputeStatusView"] | null;
            disputed?: components["schemas"]["Decimal"] | null;
            id: components["schemas"]["Id"];
            orderId?: components["schemas"]["Id"] | null;
            refunded?: components["schemas"]["Decimal"] | null;
            startedAt: components["schemas"]["Timestamp"];
            status: components["schemas"]["PaymentStatusView"];
            /** @description The provider's id, once assigned. */
            stripeId?: string | null;
            /** Format: int64 */
            version: number;
        };
        /** @description New times of a show. */
        PostponeShowBody: {
            doorsAt?: components["schemas"]["Timestamp"] | null;
            /**
             * @description Until this time buyers may ask for their money: not after the new start, and at least 24
             *     hours away unless the start is nearer. A running period is not shortened.
             */
            refundsUntil: components["schemas"]["Timestamp"];
            /** @description The new start, in the future and not before the present one. */
            startsAt: components["schemas"]["Timestamp"];
            venue?: components["schemas"]["VenueBody"] | null;
        };
        /** @description The JSON body of a problem. */
        Problem: {
            /** @description The kind of problem, for programs. */
            code: components["schemas"]["Code"];
            /** @description An explanation of this occurrence. */
            detail: string;
            /** @description At least one entry; one for each invalid field. */
            errors: components["schemas"]["FieldError"][];
            /** @description The request's id, as in the `X-Request-Id` header and in the logs. */
            requestId: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description A short sentence, the same for every problem of this code. */
            title: string;
            /** @description A URI for the kind of problem. */
            type: string;
        };
        /**
         * Format: int32
         * @description Number of units, 1 to 100.
         */
        Quantity: number;
        /** @description Acknowledgement of an event. */
        ReceivedView: {
            /** @description Always true. */
            received: boolean;
        };
        /** @description Recovery codes. Each replaces one code of the second factor. */
        RecoveryCodesView: {
            recoveryCodes: string[];
        };
        /**
         * @description The destination of a refund's money.
         * @enum {string}
         */
        RefundMethod: "card" | "credit";
        /**
         * @description The status of a refund that has succeeded.
         * @enum {string}
         */
        RefundStatus: "succeeded" | "came_back";
        /**
         * @description Status of a refund.
         * @enum {string}
         */
        RefundStatusView: "requested" | "succeeded" | "failed";
        /** @description A refund of a payment. A seller's view has the seller's share only. */
        RefundView: {
            amount: components["schemas"]["Decimal"];
            currency: components["schemas"]["Currency"];
            id: components["schemas"]["Id"];
            orderId?: components["schemas"]["Id"] | null;
            /** @description Origin of the refund. */
            origin: components["schemas"]["Origin"];
            paymentId: components["schemas"]["Id"];
            /**
             * @description The provider's reason for the failure. With `succeeded`: the reason why the money was
             *     credited to the account instead of the card.
             */
            reason?: string | null;
            requestedAt: components["schemas"]["Timestamp"];
            /** @description Units that return to sale once the refund has succeeded. */
            returns: components["schemas"]["ReturnedUnits"][];
            status: components["schemas"]["RefundStatusView"];
            /** @description The provider's id, once assigned. */
            stripeId?: string | null;
            to: components["schemas"]["Method"];
            /** Format: int64 */
            version: number;
        };
        /** @description The present password and a code. */
        ReplaceRecoveryCodesBody: {
            /** @description An unused code of the second factor, or a recovery code, with any spaces and dashes. */
            code: string;
            /** @description The present password, in any Unicode normalisation form. */
            currentPassword: string;
        };
        /** @description Why an offer is reported. */
        ReportOfferBody: {
            /** @description The reason. */
            reason: components["schemas"]["ReportReason"];
            /** @description 1 to 1,000 characters. Line breaks and tabs are kept; CRLF becomes LF. */
            text?: string | null;
        };
        /**
         * @description Reason of a report.
         * @enum {string}
         */
        ReportReason: "fraud" | "not_as_described" | "illegal" | "offensive" | "other";
        /** @description An open report of an offer. */
        ReportView: {
            createdAt: components["schemas"]["Timestamp"];
            id: components["schemas"]["Id"];
            kind: components["schemas"]["OfferKindView"];
            /** @description The ticket or show. */
            offerId: components["schemas"]["Id"];
            reason: components["schemas"]["ReportReason"];
            /** @description The account that reported it. */
            reporterId: components["schemas"]["Id"];
            text?: string | null;
            /** @description Its present title. */
            title: string;
            /** @description The seller. */
            userId: components["schemas"]["Id"];
        };
        /** @description The e-mail address of an account. */
        RequestResetBody: {
            /**
             * Format: idn-email
             * @description The e-mail address, in any equivalent spelling.
             */
            email: string;
        };
        /** @description The terms of a resale. */
        ResaleBody: {
            /**
             * @description The price, in the currency in which the admission was paid first: at most the part of
             *     that price that the seller allows.
             */
            price: components["schemas"]["Decimal"];
        };
        /** @description A listed admission. */
        ResaleView: {
            /** @description The ticket that is on sale, as soon as tickets has stored it. */
            ticketId: components["schemas"]["Id"];
        };
        /** @description The link of a mail, and another password. */
        ResetPasswordBody: {
            /**
             * @description 8 to 128 characters, not one of the most common passwords; prepared by RFC 8265
             *     (`OpaqueString`).
             */
            newPassword: string;
            /** @description The last part of the link in the mail. */
            token: string;
        };
        /** @description The effect of a retry. */
        RetriedView: {
            /** @description Number of mails that are sent again, at most 200. */
            retried: number;
        };
        /** @description Units of an order that return to sale. */
        ReturnedUnits: {
            /**
             * Format: int32
             * @description Number of units, at least one.
             */
            quantity: number;
            /** @description The ticket. */
            ticketId: components["schemas"]["Id"];
        };
        /** @description Units to return to sale. */
        ReturnsBody: {
            /**
             * Format: int32
             * @description Number of units, at least one.
             */
            quantity: number;
            /** @description The ticket. */
            ticketId: components["schemas"]["Id"];
        };
        /** @description Units of one ticket in a complete order. */
        SaleItemView: {
            /** Format: int32 */
            quantity: number;
            /**
             * Format: int32
             * @description Of these, the units that returned to sale.
             */
            returned: number;
            ticketId: components["schemas"]["Id"];
            unitPrice: components["schemas"]["Decimal"];
        };
        /**
         * @description Whether the money of an order was paid, and returned.
         * @enum {string}
         */
        SaleStatusView: "nothing_paid" | "paid" | "partly_refunded" | "refunded" | "disputed";
        /** @description Sums of sales. */
        SaleSumsView: {
            currency: components["schemas"]["Currency"];
            /** @description Of this, money that payers' banks withdrew and did not return. */
            disputed: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description Complete orders.
             */
            orders: number;
            /** @description Captured money. */
            paid: components["schemas"]["Decimal"];
            /** @description Of this, the refunded money; requested refunds included. */
            refunded: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description Of these, the units that returned to sale.
             */
            returned: number;
            /**
             * Format: int64
             * @description Units of complete orders.
             */
            sold: number;
        };
        /** @description A complete order of a show. */
        SaleView: {
            /** @description The buyer. */
            buyerId: components["schemas"]["Id"];
            currency: components["schemas"]["Currency"];
            /** @description Of this, money that the payer's bank withdrew and did not return. */
            disputed: components["schemas"]["Decimal"];
            items: components["schemas"]["SaleItemView"][];
            orderId: components["schemas"]["Id"];
            orderedAt: components["schemas"]["Timestamp"];
            /** @description Captured money. */
            paid: components["schemas"]["Decimal"];
            /** @description Of this, the refunded money; requested refunds included. */
            refunded: components["schemas"]["Decimal"];
            status: components["schemas"]["SaleStatusView"];
        };
        /** @description The sales of one show. */
        SalesOfShowView: components["schemas"]["SaleSumsView"] & {
            showId: components["schemas"]["Id"];
            title: string;
            /** @description The seller. */
            userId: components["schemas"]["Id"];
        };
        /** @description One sample. */
        SampleView: {
            /** @description Cumulative buckets of a histogram; the last one counts every value and has no bound. */
            buckets?: components["schemas"]["BucketView"][];
            /** @description Labels of the sample. */
            labels: {
                [key: string]: string;
            };
            /**
             * Format: double
             * @description The value of a counter or gauge.
             */
            value?: number | null;
        };
        /** @description A scan of a door that had no network. */
        ScanBody: {
            /** @description The time of the scan. A rotating code is verified at this time. */
            at: components["schemas"]["Timestamp"];
            /** @description The text of the code. */
            code: string;
            /** @description 1 to 64 visible ASCII characters, chosen by the door: a repeat returns the first result. */
            scanId: string;
        };
        /** @description A secret for an authenticator application. It is shown once. */
        SecondFactorSecretView: {
            /** @description The secret in base32, to type. */
            secret: string;
            /** @description The secret and its parameters (`otpauth://totp/`), to show as a QR code. */
            uri: string;
        };
        /** @description The second factor of the signed-in user. */
        SecondFactorView: {
            /** @description Whether sign-ins need a code. */
            isOn: boolean;
            /** @description Number of unused recovery codes, of ten; 0 if the factor is off. */
            recoveryCodesLeft: number;
        };
        /** @description The public keys that verify session tokens (RFC 7517). */
        SessionKeysView: {
            /** @description The next, the present and earlier signing keys. */
            keys: components["schemas"]["Jwk"][];
        };
        /** @description A session of the signed-in user. */
        SessionView: {
            createdAt: components["schemas"]["Timestamp"];
            /** @description The browser's `User-Agent` at sign-in; empty if it sent none. */
            device: string;
            /** @description When the session ends unless it is renewed before. */
            endsAt: components["schemas"]["Timestamp"];
            id: components["schemas"]["Id"];
            /** @description Whether this request belongs to the session. */
            isCurrent: boolean;
            /** @description Time of the last use, accurate to the lifetime of a token. */
            lastSeenAt: components["schemas"]["Timestamp"];
        };
        /** @description The payer's consent; it replaces any earlier consent. */
        SetConsentBody: {
            /** @description Whether a seller may refund a payment by card to credit, once; false by default. */
            credit?: boolean | null;
            /**
             * @description Units that a seller may return to sale for less than their price, each ticket once; none
             *     by default.
             */
            returns?: components["schemas"]["ReturnsBody"][] | null;
        };
        /** @description The effect of a cancellation or a postponement. */
        ShowProgressView: {
            /** @description The progress of its refunds. */
            refunds: components["schemas"]["ShowRefundsView"];
            /** @description The status of the show. */
            state: components["schemas"]["ShowStatusView"];
        };
        /** @description Numbers of paid orders of a cancelled show, by the state of their refunds. */
        ShowRefundsView: {
            /**
             * Format: int32
             * @description Orders of which nothing is owed.
             */
            done: number;
            /**
             * Format: int32
             * @description Refunds that the provider or a bank has rejected: their payers have credit instead.
             */
            failed: number;
            /**
             * Format: int32
             * @description Refunds that have not ended.
             */
            owed: number;
        };
        /** @description The sales of a show. */
        ShowSalesView: components["schemas"]["SaleSumsView"] & {
            /** @description The tickets of the show. */
            categories: components["schemas"]["CategorySalesView"][];
            /**
             * Format: int64
             * @description Units in orders that are not paid yet.
             */
            held: number;
            /** @description A page of the hours; with `by=hour` only. */
            hours?: components["schemas"]["HourSalesView"][] | null;
            /**
             * Format: int64
             * @description Total units offered of all tickets.
             */
            offered: number;
            showId: components["schemas"]["Id"];
        };
        /**
         * @description Whether a show takes place.
         * @enum {string}
         */
        ShowStatusView: "scheduled" | "postponed" | "cancelled";
        /** @description Description and terms of a ticket of a show. */
        ShowTicketBody: {
            currency?: components["schemas"]["Currency"] | null;
            /** @description 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF. */
            description?: string | null;
            /** @description Whether admissions have codes of devices only, and none on paper; false by default. */
            deviceOnly?: boolean | null;
            /** @description Whether units can be ordered after the start; false by default. */
            lateSales?: boolean | null;
            /** @description Price of one unit, with at most the decimals of its currency; zero for a free ticket. */
            price: components["schemas"]["Decimal"];
            /**
             * Format: int32
             * @description Units offered; 1 by default.
             */
            quantity?: number | null;
            /**
             * Format: int32
             * @description The highest price of a resale, in percent of the price; 100 by default, 0 forbids it.
             */
            resaleCap?: number | null;
            /** @description 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C. */
            title: string;
        };
        /** @description A show. */
        ShowView: {
            /**
             * Format: int32
             * @description Units of all tickets that are available for orders.
             */
            available: number;
            createdAt: components["schemas"]["Timestamp"];
            currency?: components["schemas"]["Currency"] | null;
            description?: string | null;
            doorsAt?: components["schemas"]["Timestamp"] | null;
            id: components["schemas"]["Id"];
            image?: components["schemas"]["ImageView"] | null;
            maxPrice?: components["schemas"]["Decimal"] | null;
            minPrice?: components["schemas"]["Decimal"] | null;
            refunds?: components["schemas"]["ShowRefundsView"] | null;
            refundsUntil?: components["schemas"]["Timestamp"] | null;
            startsAt: components["schemas"]["Timestamp"];
            status: components["schemas"]["ShowStatusView"];
            /** @description The tickets, oldest first; absent in lists. */
            tickets?: components["schemas"]["TicketView"][] | null;
            title: string;
            /** @description The seller. */
            userId: components["schemas"]["Id"];
            venue: components["schemas"]["VenueView"];
            /** Format: int64 */
            version: number;
        };
        /**
         * @description Side of a ledger entry.
         * @enum {string}
         */
        Side: "debit" | "credit";
        /** @description Credentials. */
        SignInBody: {
            /**
             * @description A code of the second factor, or a recovery code, with any spaces and dashes; ignored if
             *     the account has no second factor.
             */
            code?: string | null;
            /**
             * Format: idn-email
             * @description The e-mail address, in any equivalent spelling.
             */
            email: string;
            /** @description The password, in any Unicode normalisation form. */
            password: string;
        };
        /** @description The account to create. */
        SignUpBody: {
            /**
             * Format: idn-email
             * @description The e-mail address. Addresses that differ only in case, width or normalisation form are
             *     equal, and so are the two forms of an internationalised domain.
             */
            email: string;
            /**
             * @description 8 to 128 characters, not one of the most common passwords; prepared by RFC 8265
             *     (`OpaqueString`).
             */
            password: string;
        };
        /** @description The present password. */
        StartSecondFactorBody: {
            /** @description The present password, in any Unicode normalisation form. */
            currentPassword: string;
        };
        /**
         * @description Status of an order.
         * @enum {string}
         */
        StatusView: "created" | "awaiting:payment" | "complete" | "cancelled";
        /**
         * @description Kind of a step.
         * @enum {string}
         */
        StepKind: "created" | "payment_started" | "payment_declined" | "completed" | "payment_captured" | "cancelled_by_buyer" | "expired" | "show_cancelled" | "payment_voided" | "units_returned";
        /** @description A step of an order. */
        StepView: {
            /** @description Time of the step. */
            at: components["schemas"]["Timestamp"];
            /** @description Cause of the step. */
            cause: components["schemas"]["Cause"];
            /** @description Kind of the step. */
            step: components["schemas"]["StepKind"];
            /** @description Id of the trace in which the step happened, 32 hex digits. */
            traceId: string;
        };
        /** @description The present password and a code. */
        StopSecondFactorBody: {
            /** @description An unused code of the second factor, or a recovery code, with any spaces and dashes. */
            code: string;
            /** @description The present password, in any Unicode normalisation form. */
            currentPassword: string;
        };
        /** @description A ticket. */
        TicketView: {
            /**
             * Format: int32
             * @description Units available for orders.
             */
            available: number;
            createdAt: components["schemas"]["Timestamp"];
            currency: components["schemas"]["Currency"];
            description?: string | null;
            /** @description Whether admissions have codes of devices only, and none on paper. */
            deviceOnly: boolean;
            id: components["schemas"]["Id"];
            /** @description Whether units can be ordered after the start. */
            lateSales: boolean;
            orderId?: components["schemas"]["Id"] | null;
            price: components["schemas"]["Decimal"];
            /**
             * Format: int32
             * @description Total units offered.
             */
            quantity: number;
            /**
             * Format: int32
             * @description The highest price of a resale, in percent of the price; 0 forbids it.
             */
            resaleCap: number;
            resaleOf?: components["schemas"]["Id"] | null;
            showId?: components["schemas"]["Id"] | null;
            startsAt?: components["schemas"]["Timestamp"] | null;
            status: components["schemas"]["OfferView"];
            title: string;
            /** @description The seller. */
            userId: components["schemas"]["Id"];
            venue?: string | null;
            /** Format: int64 */
            version: number;
        };
        /** @description The steps of an order and their causes. */
        TimelineView: {
            orderId: components["schemas"]["Id"];
            /** @description The steps, oldest first. */
            steps: components["schemas"]["StepView"][];
            /** @description Id of the order's trace, 32 hex digits. */
            traceId: string;
        };
        /**
         * Format: date-time
         * @example 2026-11-21T19:30:00.000Z
         */
        Timestamp: string;
        /**
         * @description The part of the signed-in user in a transfer.
         * @enum {string}
         */
        TransferRole: "sender" | "recipient";
        /**
         * @description State of a transfer.
         * @enum {string}
         */
        TransferStateView: "offered" | "accepted" | "declined" | "cancelled" | "expired";
        /** @description An offer of admissions to another person. */
        TransferView: {
            admissionIds: components["schemas"]["Id"][];
            endedAt?: components["schemas"]["Timestamp"] | null;
            /** @description When the recipient can no longer accept it. */
            expiresAt: components["schemas"]["Timestamp"];
            /** @description The sender. */
            from: components["schemas"]["Id"];
            id: components["schemas"]["Id"];
            offeredAt: components["schemas"]["Timestamp"];
            role: components["schemas"]["TransferRole"];
            state: components["schemas"]["TransferStateView"];
            /** @description The title of the show or of the ticket of the first admission. */
            title: string;
            /**
             * @description The address of the recipient, shown to the sender while the transfer is offered and no
             *     reader of its mail has opened it.
             */
            toEmail?: string | null;
            toUser?: components["schemas"]["Id"] | null;
            /** Format: int64 */
            version: number;
        };
        /** @description A mail that was lost. */
        UndeliveredView: {
            /** Format: int32 */
            attempts: number;
            createdAt: components["schemas"]["Timestamp"];
            /** @description When the last attempt failed, or the mail was too late. */
            endedAt: components["schemas"]["Timestamp"];
            /** @description The fact of which the mail informs. */
            id: string;
            reason: components["schemas"]["Unsent"];
            /** @description The last reply of the server, without the address. */
            response?: string | null;
            userId?: components["schemas"]["Id"] | null;
        };
        /**
         * @description Reason for which a letter is not sent any more.
         * @enum {string}
         */
        Unsent: "obsolete" | "switched_off" | "no_address" | "address_refused" | "rejected" | "too_late";
        /** @description A payment that has not ended. */
        UnsettledPaymentView: components["schemas"]["PaymentView"] & {
            payer: components["schemas"]["Id"];
        };
        /** @description The link that switches mails off. */
        UnsubscribeBody: {
            /** @description The last part of the link in the mail. */
            token: string;
        };
        /** @description An account. */
        UserView: {
            email: string;
            id: components["schemas"]["Id"];
            /** @description Whether the owner has proved, by the link of a mail, that the address receives mail. */
            isVerified: boolean;
        };
        /** @description The place of a show. */
        VenueBody: {
            /** @description The postal address: 1 to 500 characters on one line. */
            address?: string | null;
            /** @description 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C. */
            name: string;
            /** @description A name of the IANA time zone database, such as `Europe/Berlin`, in any case. */
            timeZone: string;
        };
        /** @description The place of a show. */
        VenueView: {
            address?: string | null;
            name: string;
            /** @description Its IANA time zone. */
            timeZone: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_admissions: {
        parameters: {
            query?: {
                /** @description Only those of this order. */
                order?: string;
                /** @description Only those of this ticket; not together with `order`. */
                ticket?: string;
                /** @description Admissions on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of admissions */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdmissionView"][];
                };
            };
        };
    };
    show_order_document: {
        parameters: {
            query?: {
                /** @description Those of this order. */
                order?: string;
                /** @description Only those of this ticket. */
                ticket?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
        };
    };
    show_admission: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The admission */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The admission */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdmissionView"];
                };
            };
        };
    };
    show_code: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The admission */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The code */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeView"];
                };
            };
        };
    };
    bind_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The admission */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BindDeviceBody"];
            };
        };
        responses: {
            /** @description The admission is bound to the device */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceView"];
                };
            };
        };
    };
    unbind_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The admission */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The admission is bound to no device */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The admission */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
        };
    };
    list_for_resale: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The admission */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResaleBody"];
            };
        };
        responses: {
            /** @description The admission is listed */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResaleView"];
                };
            };
        };
    };
    end_resale: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The admission */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The resale ends, unless a purchase is under way and completes */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    check_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckInBody"];
            };
        };
        responses: {
            /** @description The result of the scan; an admitted one has used the admission */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckInView"];
                };
            };
        };
    };
    merge_check_ins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeCheckInsBody"];
            };
        };
        responses: {
            /** @description The result of each scan, in their order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergedScanView"][];
                };
            };
        };
    };
    list_conflicts: {
        parameters: {
            query?: {
                /** @description The ticket. */
                ticketId?: string;
                /** @description The show; instead of `ticketId`. */
                showId?: string;
                /** @description Conflicts on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of conflicts */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConflictView"][];
                };
            };
        };
    };
    show_counts: {
        parameters: {
            query?: {
                /** @description The ticket of the door; of a gate, its own event by default. */
                ticketId?: string;
                /** @description The show of the door; instead of `ticketId`. */
                showId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdmissionCountsView"];
                };
            };
        };
    };
    show_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys (RFC 7517) */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeKeysView"];
                };
            };
        };
    };
    list_gates: {
        parameters: {
            query?: {
                /** @description Gates on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of gates */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateView"][];
                };
            };
        };
    };
    create_gate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateGateBody"];
            };
        };
        responses: {
            /** @description The gate, and its key */
            201: {
                headers: {
                    /** @description The path of the gate */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewGateView"];
                };
            };
        };
    };
    revoke_gate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The gate */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gate is revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_bundle: {
        parameters: {
            query?: {
                /** @description The time by the clock of the gate; required. */
                now?: string;
                /** @description `now` of an earlier bundle: only admissions that changed later, and some before. */
                since?: string;
                /** @description `next` of the part before, with the same `since`. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The gate */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A part of the bundle */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BundleView"];
                };
            };
        };
    };
    show_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The image */
                id: components["schemas"]["Id"];
                /** @description The size */
                size: "small" | "medium" | "large";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                };
            };
        };
    };
    show_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preferences */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPreferencesView"];
                };
            };
        };
    };
    change_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePreferencesBody"];
            };
        };
        responses: {
            /** @description The preferences */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPreferencesView"];
                };
            };
        };
    };
    list_undelivered: {
        parameters: {
            query?: {
                /** @description Mails on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of mails */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndeliveredView"][];
                };
            };
        };
    };
    retry_undelivered: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number of mails; 0 once all are sent again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedView"];
                };
            };
        };
    };
    unsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnsubscribeBody"];
            };
        };
        responses: {
            /** @description The mails are switched off; a repeat has no further effect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_orders: {
        parameters: {
            query?: {
                /** @description Orders on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderView"][];
                };
            };
        };
    };
    create_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOrderBody"];
            };
        };
        responses: {
            /** @description The units are held, or sold if the order is free */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderView"];
                };
            };
        };
    };
    show_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderView"];
                };
            };
        };
    };
    cancel_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the order that was read; 412 if the order has another version */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The order */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled, or was already cancelled */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_timeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The order */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The timeline */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineView"];
                };
            };
        };
    };
    list_payments: {
        parameters: {
            query?: {
                /** @description Only payments of this order; all own payments and top-ups by default. */
                order?: string;
                /** @description Payments on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of payments */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentView"][];
                };
            };
        };
    };
    create_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePaymentBody"];
            };
        };
        responses: {
            /** @description The payment is captured and the order is complete */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentView"];
                };
            };
            /** @description Not decided yet: carry out `action`, if present, and read the payment again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentView"];
                };
            };
        };
    };
    show_account: {
        parameters: {
            query?: {
                /** @description Only this currency; all currencies by default. */
                currency?: string;
                /** @description Entries on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The balances and a page of entries */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
        };
    };
    list_disputes: {
        parameters: {
            query?: {
                /** @description Disputes on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of disputes */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DisputeView"][];
                };
            };
        };
    };
    create_top_up: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTopUpBody"];
            };
        };
        responses: {
            /** @description The payment is captured and credited to the account */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentView"];
                };
            };
            /** @description Not decided yet: carry out `action`, if present, and read the payment again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentView"];
                };
            };
        };
    };
    list_unsettled_payments: {
        parameters: {
            query?: {
                /** @description Payments on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of payments */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnsettledPaymentView"][];
                };
            };
        };
    };
    list_unsettled_refunds: {
        parameters: {
            query?: {
                /** @description Refunds on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of refunds */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundView"][];
                };
            };
        };
    };
    receive_provider_event: {
        parameters: {
            query?: never;
            header: {
                /** @description `t=…,v1=…`: HMAC-SHA256 of the timestamp, a full stop and the raw body */
                "Stripe-Signature": string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description A Stripe event */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The event is stored, or was already stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceivedView"];
                };
            };
        };
    };
    show_payment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The payment */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The payment */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentView"];
                };
            };
        };
    };
    set_consent: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the payment that was read; 412 if the payment has another version */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The payment */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetConsentBody"];
            };
        };
        responses: {
            /** @description The consent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentView"];
                };
            };
        };
    };
    list_refunds: {
        parameters: {
            query?: {
                /** @description Refunds on the page, 1 to 100; 100 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The payment */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of refunds */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundView"][];
                };
            };
        };
    };
    create_refund: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The payment */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRefundBody"];
            };
        };
        responses: {
            /** @description The refund has succeeded or failed; see `status` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundView"];
                };
            };
            /** @description The refund is not decided, or its units are not on sale yet; read it again later */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundView"];
                };
            };
        };
    };
    list_reports: {
        parameters: {
            query?: {
                /** @description Reports on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of reports */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportView"][];
                };
            };
        };
    };
    close_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The report */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report is closed; a repeat has no further effect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_sales: {
        parameters: {
            query?: {
                /** @description Shows per page. A table has a thousand rows by default. */
                limit?: number;
                /** @description Start of the page, from the `Link` header of the previous one. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of shows */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOfShowView"][];
                    "text/csv": string;
                };
            };
        };
    };
    list_shows: {
        parameters: {
            query?: {
                /**
                 * @description Only shows whose title contains this text, 1 to 100 characters, compared by
                 *     `NFKC_Casefold`. A search examines at most 20,000 shows; a page that reaches this bound
                 *     may have fewer entries than its limit, or none, and its next page continues behind them.
                 */
                q?: string;
                /** @description Only shows with this text in the name or the address of the venue, by the rules of `q`. */
                venue?: string;
                /** @description Only shows that start then or later. */
                from?: string;
                /** @description Only shows that start then or earlier. */
                to?: string;
                /** @description Only shows of this seller. */
                seller?: string;
                /**
                 * @description `coming` (the default), or `all` shows of the signed-in seller, including those that are
                 *     over, cancelled or without tickets on offer.
                 */
                status?: "coming" | "all";
                /** @description Order of the list; soonest first by default. */
                sort?: "soonest" | "latest";
                /** @description Shows on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of shows, without their tickets */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShowView"][];
                };
            };
        };
    };
    create_show: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateShowBody"];
            };
        };
        responses: {
            /** @description The show is created, and its tickets are offered */
            201: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShowView"];
                };
            };
        };
    };
    show_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The show */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShowView"];
                };
            };
        };
    };
    edit_show: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the show that was read; 412 if the show was edited since. A sale is not an edit */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditShowBody"];
            };
        };
        responses: {
            /** @description The present show */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShowView"];
                };
            };
        };
    };
    cancel_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled, or was already cancelled */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShowProgressView"];
                };
            };
        };
    };
    put_show_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        /** @description The file */
        requestBody?: {
            content: {
                "image/jpeg": unknown;
                "image/png": unknown;
                "image/webp": unknown;
            };
        };
        responses: {
            /** @description The show has the image */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    delete_show_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The show has no image */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_show_orders: {
        parameters: {
            query?: {
                /** @description Orders per page. A table has a thousand rows by default. */
                limit?: number;
                /** @description Start of the page, from the `Link` header of the previous one. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SaleView"][];
                    "text/csv": string;
                };
            };
        };
    };
    postpone_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostponeShowBody"];
            };
        };
        responses: {
            /** @description Postponed, or was already postponed to these times */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShowProgressView"];
                };
            };
        };
    };
    report_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportOfferBody"];
            };
        };
        responses: {
            /** @description The show is reported */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_sales: {
        parameters: {
            query?: {
                /** @description Adds the sums of each hour with orders, the latest first. */
                by?: "hour";
                /** @description Hours per page. A table has a thousand rows by default. */
                limit?: number;
                /** @description Start of the page, from the `Link` header of the previous one. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The show */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sales */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page of the hours, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShowSalesView"];
                    "text/csv": string;
                };
            };
        };
    };
    list_tickets: {
        parameters: {
            query?: {
                /**
                 * @description Only tickets whose title contains this text, 1 to 100 characters, compared by
                 *     `NFKC_Casefold`. A search examines at most 20,000 tickets; a page that reaches this
                 *     bound may have fewer entries than its limit, or none, and its next page continues behind
                 *     them.
                 */
                q?: string;
                /** @description Only tickets of this show. */
                show?: string;
                /** @description Only tickets of this seller. */
                seller?: string;
                /**
                 * @description `buyable` (the default), or `all` tickets of the signed-in seller, including those that
                 *     are sold out, ended or withdrawn.
                 */
                status?: "buyable" | "all";
                /** @description Order of the list; newest first by default. */
                sort?: "newest" | "oldest" | "price" | "-price";
                /** @description Tickets on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tickets */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"][];
                };
            };
        };
    };
    offer_ticket: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfferTicketBody"];
            };
        };
        responses: {
            /** @description The ticket is offered */
            201: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
        };
    };
    show_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The ticket */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ticket */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
        };
    };
    edit_ticket: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the ticket that was read; 412 if the ticket was edited since. A sale is not an edit */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The ticket */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditTicketBody"];
            };
        };
        responses: {
            /** @description The present ticket */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
        };
    };
    withdraw_ticket: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the ticket that was read; 412 if the ticket was edited since. A sale is not an edit */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The ticket */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn, or was already withdrawn */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    report_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The ticket */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportOfferBody"];
            };
        };
        responses: {
            /** @description The ticket is reported */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_transfers: {
        parameters: {
            query?: {
                /**
                 * @description `sender`: those that the user offered; `recipient`, the default: those offered to the
                 *     user.
                 */
                role?: "sender" | "recipient";
                /** @description Transfers on the page, 1 to 100; 20 by default. */
                limit?: number;
                /** @description Start of the page; the first page by default. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of transfers */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    /** @description `rel=next`: the next page, if any */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferView"][];
                };
            };
        };
    };
    offer_transfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key and body returns the first response */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfferTransferBody"];
            };
        };
        responses: {
            /** @description The admissions are offered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferedTransferView"];
                };
            };
        };
    };
    claim_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimTransferBody"];
            };
        };
        responses: {
            /** @description The transfer, which the user may accept now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferView"];
                };
            };
        };
    };
    show_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The transfer */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transfer */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferView"];
                };
            };
        };
    };
    cancel_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The transfer */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled, or was already cancelled */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    accept_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The transfer */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted, or was already accepted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    decline_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The transfer */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Declined, or was already declined */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    current_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account, or null */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentUserView"];
                };
            };
        };
    };
    change_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEmailBody"];
            };
        };
        responses: {
            /** @description The mail is under way; the present address remains until its link is followed */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    confirm_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkBody"];
            };
        };
        responses: {
            /** @description The account with its verified address; the cookies of the session are renewed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
        };
    };
    restore_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkBody"];
            };
        };
        responses: {
            /** @description The address is restored, and every session has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    request_verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mail is under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    find_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FindUserBody"];
            };
        };
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundUserView"];
                };
            };
        };
    };
    erase_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseUserBody"];
            };
        };
        responses: {
            /** @description The account is erased in this service; the other services follow within moments */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    export_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The complete export */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportView"];
                };
            };
            /** @description Parts are missing; `missing` lists their services. Repeat the request within a minute */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportView"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordBody"];
            };
        };
        responses: {
            /** @description The password is changed, all other sessions have ended, and the cookies of a new session are set */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    request_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestResetBody"];
            };
        };
        responses: {
            /** @description A mail is under way if the address has an account */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordBody"];
            };
        };
        responses: {
            /** @description The password is set, and every session has ended; the session cookies are deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    renew_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account; new session cookies are set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
        };
    };
    show_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The second factor */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorView"];
                };
            };
        };
    };
    start_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartSecondFactorBody"];
            };
        };
        responses: {
            /** @description The secret; sign-ins do not need it yet */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorSecretView"];
                };
            };
        };
    };
    stop_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopSecondFactorBody"];
            };
        };
        responses: {
            /** @description Sign-ins need the password only */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    confirm_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmSecondFactorBody"];
            };
        };
        responses: {
            /** @description The second factor is on, all other sessions have ended, and the cookies of a new session are set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodesView"];
                };
            };
        };
    };
    replace_recovery_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaceRecoveryCodesBody"];
            };
        };
        responses: {
            /** @description The new recovery codes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodesView"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The active sessions */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"][];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended, or had ended before */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInBody"];
            };
        };
        responses: {
            /** @description Signed in; the session cookies are set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended; the cookies are cleared */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmptyView"];
                };
            };
        };
    };
    sign_out_everywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every session has ended; the cookies are cleared */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sign_up: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key, address and password returns the same account. Keys are compared per address */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUpBody"];
            };
        };
        responses: {
            /** @description The account is created; the session cookies are set */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description A mail with a link is under way, if the marketplace requires verified addresses */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    confirm_sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmSignUpBody"];
            };
        };
        responses: {
            /** @description The account exists; the session cookies are set */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
        };
    };
    show_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    /** @description The entity tag */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundUserView"];
                };
            };
        };
    };
    ban_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is banned; a repeat has no further effect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    revoke_admin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is not an administrator; a repeat has no further effect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    unban_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is not banned; a repeat has no further effect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}

/** The operations that take an idempotency key. */
export const KEYED_OPERATIONS: ReadonlySet<string> = new Set([
    "POST /api/admissions/{id}/resale",
    "POST /api/orders",
    "POST /api/payments",
    "POST /api/payments/top-ups",
    "POST /api/payments/{id}/refunds",
    "POST /api/shows",
    "POST /api/tickets",
    "POST /api/transfers",
    "POST /api/users/signup"
]);
