/*
 * tags - of every message on the team's communicator, so that none is taken for another.
 */
#ifndef SQUARES_COMM_TAGS_H
#define SQUARES_COMM_TAGS_H

enum tag {
    TAG_HEADER = 1, /* rank 0: a piece, or that it follows, or that there is no more */
    TAG_NUMBERS,    /* rank 0: the numbers of a piece that follows */
    TAG_FINISHED,   /* a worker: my part is done, or has failed */
    TAG_LEAVE,      /* rank 0: all parts are done, or one has failed */
    TAG_TALLY,      /* a rank: what its part came to */
    TAG_FINDINGS,   /* the leader of a host: what is wrong there */
    TAG_DOCUMENT,   /* the leader of a host: what there is to tell of it */
    TAG_TRANSPORT,  /* two ranks of a host: how fast messages are */
    TAG_TRIAL,      /* the first of a subteam that rank 0 is not in: how a trial went */
    TAG_FACE,       /* two ranks of the deadlock demo: what both send at once */
    TAG_STUCK,      /* the same two: whether that got stuck */
    TAG_ANSWER,     /* a worker: the results of a piece; this tag and those after it, one for each
                       of the pieces that a rank can have: the last of this list */
};

#endif
