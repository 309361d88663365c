/*
 * tags - the tags of all messages on the team's communicator, in one list so that no two are the
 * same.
 */
#ifndef SQUARES_COMM_TAGS_H
#define SQUARES_COMM_TAGS_H

enum tag {
    TAG_HEADER = 1, /* rank 0: a piece, or that one follows, or that there are no more */
    TAG_NUMBERS,    /* rank 0: the numbers of a piece that was announced */
    TAG_FINISHED,   /* a worker: my part is done, or has failed */
    TAG_LEAVE,      /* rank 0: all parts are done, or one has failed */
    TAG_TRANSPORT,  /* two ranks of a host: how fast messages are */
    TAG_TRIAL,      /* the first rank of a subteam without rank 0: how a trial went */
    TAG_FACE,       /* two ranks of the deadlock demo: what both send at once */
    TAG_STUCK,      /* the same two: whether that got stuck */
    TAG_ANSWER, /* a worker: the results of a piece; this tag and those after it, one for each piece
                   a rank can have. It must be the last of this list */
};

#endif
